// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "swift-resilience",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "StateMachines", targets: ["StateMachines"]),
        .library(name: "MachineFiles", targets: ["MachineFiles"]),
        .library(name: "CircuitBreakers", targets: ["CircuitBreakers"]),
        .library(name: "BreakerFiles", targets: ["BreakerFiles"]),
        .library(name: "BreakerConfiguration", targets: ["BreakerConfiguration"]),
        .library(name: "StateSharing", targets: ["StateSharing"]),
        .library(name: "RedisSharing", targets: ["RedisSharing"]),
        .library(name: "ResilienceTestKit", targets: ["ResilienceTestKit"]),
        .executable(name: "smctl", targets: ["smctl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        // Only for settings: everything but BreakerConfiguration does without.
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.12.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.7.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.95.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.9.0"),
        // Only for files: YAML with marks. Everything but MachineFiles, BreakerFiles and smctl does without.
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    ],
    targets: [
        .target(name: "StateMachines"),
        .target(
            name: "MachineFiles",
            dependencies: ["StateMachines", .product(name: "Yams", package: "Yams")],
            resources: [.embedInCode("Schema/machine.schema.json")]
        ),
        .target(
            name: "CircuitBreakers",
            dependencies: [
                "CThread",
                "StateMachines",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
            ]
        ),
        .target(
            name: "BreakerFiles",
            dependencies: ["StateMachines", "CircuitBreakers", "MachineFiles"],
            resources: [.embedInCode("Schema/breakers.schema.json")]
        ),
        .target(
            name: "BreakerConfiguration",
            dependencies: [
                "StateMachines",
                "CircuitBreakers",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .target(
            name: "StateSharing",
            dependencies: [
                "StateMachines",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        // One instruction that Swift has no name for.
        .systemLibrary(name: "CThread"),
        // The system's hiredis, behind a shim that bounds its reply reader. No `pkgConfig:`: it warns about
        // `-D_FILE_OFFSET_BITS`.
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"]), .brew(["hiredis"])]),
        .target(
            name: "RedisSharing",
            dependencies: [
                "StateSharing",
                "CHiredis",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            resources: [
                .embedInCode("Scripts/commit.lua"),
                .embedInCode("Scripts/beat.lua"),
                .embedInCode("Scripts/gc.lua"),
            ]
        ),
        .target(
            name: "ResilienceTestKit",
            dependencies: ["StateMachines", "CircuitBreakers", "StateSharing"]
        ),
        .executableTarget(
            name: "smctl",
            dependencies: [
                "StateMachines",
                "CircuitBreakers",
                "StateSharing",
                "RedisSharing",
                "MachineFiles",
                "BreakerFiles",
                "ResilienceTestKit",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(name: "StateMachinesTests", dependencies: ["StateMachines", "ResilienceTestKit"]),
        .testTarget(
            name: "MachineFilesTests",
            dependencies: ["MachineFiles", "ResilienceTestKit", "SchemaTestSupport"],
            resources: [.copy("Machines")]
        ),
        .testTarget(
            name: "CircuitBreakersTests",
            dependencies: [
                "CircuitBreakers",
                "ResilienceTestKit",
                "StateSharing",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ],
            resources: [.copy("Traces")]
        ),
        .testTarget(
            name: "BreakerFilesTests",
            dependencies: ["BreakerFiles", "CircuitBreakers", "MachineFiles", "ResilienceTestKit", "SchemaTestSupport"]
        ),
        .testTarget(
            name: "BreakerConfigurationTests",
            dependencies: [
                "BreakerConfiguration",
                "BreakerFiles",
                "CircuitBreakers",
                "ResilienceTestKit",
                "SchemaTestSupport",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        // Checks documents against the schemas, and makes some; no product.
        .target(
            name: "SchemaTestSupport",
            dependencies: ["MachineFiles", "CircuitBreakers"],
            path: "Tests/SchemaTestSupport"
        ),
        .testTarget(name: "StateSharingTests", dependencies: ["StateSharing", "ResilienceTestKit"]),
        .testTarget(
            name: "ResilienceTestKitTests",
            dependencies: [
                "ResilienceTestKit",
                "StateMachines",
                "CircuitBreakers",
                "StateSharing",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        // redis-server processes for tests; no product.
        .target(name: "FleetTestSupport", path: "Tests/FleetTestSupport"),
        .testTarget(
            name: "RedisSharingTests",
            dependencies: [
                "RedisSharing",
                "ResilienceTestKit",
                "FleetTestSupport",
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "FleetTests",
            dependencies: [
                "RedisSharing",
                "CircuitBreakers",
                "ResilienceTestKit",
                "FleetTestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(name: "SMCtlTests", dependencies: ["smctl", "ResilienceTestKit", "FleetTestSupport"]),
    ]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
    ]
}
