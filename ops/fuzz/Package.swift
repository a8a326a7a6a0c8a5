// swift-tools-version: 6.2

import PackageDescription

// A library, because libFuzzer brings `main` along; `run` links it.
let package = Package(
    name: "fuzz",
    platforms: [.macOS(.v15)],
    products: [.library(name: "LoaderFuzz", type: .static, targets: ["LoaderFuzz"])],
    dependencies: [.package(name: "swift-resilience", path: "../..")],
    targets: [
        .target(
            name: "LoaderFuzz",
            dependencies: [
                .product(name: "MachineFiles", package: "swift-resilience"),
                .product(name: "StateMachines", package: "swift-resilience"),
            ]
        )
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
