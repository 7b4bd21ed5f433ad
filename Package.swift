// swift-tools-version: 6.2
// MotCua: an electronic one-stop shop (một cửa điện tử) shared by three tiers of government.
// Targets stand in order of dependency: a target may import only what stands above it.

import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// One release configuration for program and tests: Swift Testing has no static library, so the whole build cannot
// be static; only the program's own linking is, so that it starts in a few milliseconds. No test target may
// depend on a target with these flags: they would reach the test bundle.
let linkedStatically: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-static-stdlib", "-lFoundation", "-lFoundationInternationalization", "-lCoreFoundation",
      "-l_FoundationICU", "-lFoundationEssentials", "-l_FoundationCollections", "-l_FoundationCShims",
      "-lswiftSynchronization", "-lswift_StringProcessing", "-lswift_RegexParser",
      // At a fixed address, nothing exported: 100,000 relocations less at every start.
      "-Xclang-linker", "-no-pie", "-Xlinker", "--no-export-dynamic",
    ], .when(platforms: [.linux], configuration: .release))
]

let package = Package(
  name: "MotCua",
  products: [
    .executable(name: "motcua", targets: ["motcua"]),
    .library(name: "Postgres", targets: ["Postgres"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(
      url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["JSON"]),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Files of the repository, compiled into the binary as text: one file to install, nothing to lose.
    .executableTarget(name: "embed-files", swiftSettings: strict),
    .plugin(name: "EmbedFiles", capability: .buildTool(), dependencies: ["embed-files"]),

    // The database client: knows nothing of dossiers.
    .systemLibrary(
      name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CLinux"),
    .target(
      name: "Postgres",
      dependencies: [
        "CLibPQ", "CLinux",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: strict),

    // The pure core: values and functions, no I/O.
    .target(name: "WorkingTime", swiftSettings: strict),
    .target(name: "CaseModel", dependencies: ["WorkingTime"], swiftSettings: strict),
    .target(
      name: "Workflow",
      dependencies: [
        "CaseModel", "WorkingTime",
        .product(name: "OrderedCollections", package: "swift-collections"),
        .product(name: "Yams", package: "Yams"),
      ], swiftSettings: strict),

    // The rim.
    .target(name: "PrivateCluster", swiftSettings: strict),
    .target(
      name: "Store",
      dependencies: [
        "Postgres", "CaseModel", "WorkingTime", "Workflow",
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: strict, plugins: ["EmbedFiles"]),
    .target(name: "Intake", dependencies: ["Store"], swiftSettings: strict),
    .target(name: "Routing", dependencies: ["Store"], swiftSettings: strict),
    .target(name: "History", dependencies: ["Store"], swiftSettings: strict),
    .target(name: "Terminal", swiftSettings: strict),
    .executableTarget(
      name: "motcua",
      dependencies: [
        "Intake", "Routing", "History", "Store", "Postgres", "Workflow", "WorkingTime", "CaseModel",
        "PrivateCluster", "Terminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: strict, linkerSettings: linkedStatically),

    // The figures of speed (make bench).
    .executableTarget(
      name: "bench",
      dependencies: ["Intake", "Routing", "Store", "Postgres", "Workflow", "WorkingTime", "CaseModel"],
      swiftSettings: strict, linkerSettings: linkedStatically),

    .target(name: "PropertyTesting", path: "Sources/PropertyTesting", swiftSettings: strict),

    .testTarget(name: "PostgresTests", dependencies: ["Postgres"], swiftSettings: strict),
    .testTarget(
      name: "CaseModelTests", dependencies: ["CaseModel", "PropertyTesting"], swiftSettings: strict),
    .testTarget(name: "WorkingTimeTests", dependencies: ["WorkingTime"], swiftSettings: strict),
    .testTarget(name: "WorkflowTests", dependencies: ["Workflow", "PropertyTesting"], swiftSettings: strict),
    // A process that the cluster's tests start and kill.
    .executableTarget(
      name: "cluster-helper", dependencies: ["PrivateCluster"], path: "Tests/ClusterHelper",
      swiftSettings: strict),
    .testTarget(
      name: "PrivateClusterTests", dependencies: ["PrivateCluster", "cluster-helper"], swiftSettings: strict),
    .testTarget(
      name: "StoreTests",
      dependencies: ["Store", "Intake", "Routing", "History", "PrivateCluster", "PropertyTesting"],
      swiftSettings: strict),
    .testTarget(name: "TerminalTests", dependencies: ["Terminal", "PropertyTesting"], swiftSettings: strict),
    .testTarget(name: "CLITests", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
