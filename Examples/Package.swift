// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that what only the examples need never reaches a user of the libraries.
let package = Package(
    name: "Examples",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "swift-resilience", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.12.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.95.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.9.0"),
    ],
    targets: [
        .executableTarget(
            name: "QuickStart",
            dependencies: [.product(name: "CircuitBreakers", package: "swift-resilience")]
        ),
        .executableTarget(
            name: "Tour",
            dependencies: [
                .product(name: "CircuitBreakers", package: "swift-resilience"),
                .product(name: "StateSharing", package: "swift-resilience"),
            ]
        ),
        .executableTarget(
            name: "FleetQuickStart",
            dependencies: [
                .product(name: "CircuitBreakers", package: "swift-resilience"),
                .product(name: "StateSharing", package: "swift-resilience"),
                .product(name: "RedisSharing", package: "swift-resilience"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .executableTarget(
            name: "OrderMachine",
            dependencies: [
                .product(name: "StateMachines", package: "swift-resilience"),
                .product(name: "MachineFiles", package: "swift-resilience"),
            ]
        ),
        .executableTarget(
            name: "SharedFleet",
            dependencies: [
                .product(name: "CircuitBreakers", package: "swift-resilience"),
                .product(name: "StateSharing", package: "swift-resilience"),
                .product(name: "RedisSharing", package: "swift-resilience"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .executableTarget(
            name: "Upstream",
            dependencies: [
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
    ]
)

for target in package.targets {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: .error),
    ]
}
