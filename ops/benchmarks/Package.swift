// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "swift-resilience", path: "../.."),
        .package(url: "https://github.com/apple/swift-log", from: "1.12.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.95.0"),
    ],
    targets: [
        .target(name: "CAllocations"),
        .executableTarget(
            name: "bench",
            dependencies: [
                "CAllocations",
                .product(name: "StateMachines", package: "swift-resilience"),
                .product(name: "MachineFiles", package: "swift-resilience"),
                .product(name: "CircuitBreakers", package: "swift-resilience"),
                .product(name: "StateSharing", package: "swift-resilience"),
                .product(name: "RedisSharing", package: "swift-resilience"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        // Some of the files of `bench`, which are links here.
        .executableTarget(
            name: "hotloops",
            dependencies: [.product(name: "StateMachines", package: "swift-resilience")]
        ),
    ]
)

for target in package.targets {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
    ]
}
