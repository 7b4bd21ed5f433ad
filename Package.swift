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
      "-Xlinker", "--as-needed", "-lstdc++", "-Xclang-linker", "-static-libgcc",
    ], .when(platforms: [.linux], configuration: .release))
]

let package = Package(
  name: "MotCua",
  products: [
    .executable(name: "motcua", targets: ["motcua"]),
    .executable(name: "motcuad", targets: ["motcuad"]),
    .library(name: "Postgres", targets: ["Postgres"]),
  ],
  dependencies: [
    // Exact, because Package.resolved is not kept: every build is of these.
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(
      url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: ["JSON", "YAML"]),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
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
        .product(name: "Yams", package: "Yams"),
      ],
      // The reader's and checker's parts are tested one by one, in the one configuration there is.
      swiftSettings: strict + [.unsafeFlags(["-enable-testing"], .when(configuration: .release))]),

    // Texts in two languages, and the error that a person sees.
    .target(name: "Messages", swiftSettings: strict),

    // The rim.
    .target(
      name: "Reading", dependencies: ["Messages", "Workflow", "CaseModel", "WorkingTime"],
      swiftSettings: strict),
    .target(name: "PrivateCluster", swiftSettings: strict),
    .target(
      name: "Store",
      dependencies: [
        "Postgres", "CaseModel", "WorkingTime", "Workflow",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "DequeModule", package: "swift-collections"),
      ], swiftSettings: strict, plugins: ["EmbedFiles"]),
    .target(name: "Intake", dependencies: ["Store", "Reading", "Messages"], swiftSettings: strict),
    .target(name: "Routing", dependencies: ["Store", "Reading", "Messages"], swiftSettings: strict),
    .target(name: "History", dependencies: ["Store"], swiftSettings: strict),
    .target(name: "Sheet", dependencies: ["Store"], swiftSettings: strict),
    .target(name: "Search", dependencies: ["Store"], swiftSettings: strict),
    .target(name: "Doctor", dependencies: ["Store"], swiftSettings: strict),
    // What engine, store and history say, in words: for every front end.
    .target(
      name: "Wording",
      dependencies: [
        "Routing", "History", "Store", "Postgres", "Workflow", "CaseModel", "WorkingTime", "Reading",
        "Messages",
      ], swiftSettings: strict),
    .target(name: "Terminal", dependencies: ["Messages"], swiftSettings: strict),
    .executableTarget(
      name: "motcua",
      dependencies: [
        "Intake", "Routing", "History", "Sheet", "Search", "Doctor", "Store", "Postgres", "Workflow",
        "WorkingTime", "CaseModel", "PrivateCluster", "Terminal", "Wording", "Reading", "Messages",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: strict, linkerSettings: linkedStatically),

    // What runs on. Nothing above may depend on it: the clerk's program stays without services, metrics and HTTP.
    .target(
      name: "Daemon",
      dependencies: [
        "Store", "Postgres", "Workflow", "WorkingTime", "Messages", "Terminal",
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "Yams", package: "Yams"),
      ],
      // Its parts are tested one by one, in the one configuration there is.
      swiftSettings: strict + [.unsafeFlags(["-enable-testing"], .when(configuration: .release))]),
    .target(
      name: "Keeper",
      dependencies: [
        "Daemon", "Store", "Postgres", "WorkingTime",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], swiftSettings: strict),
    .executableTarget(
      name: "motcuad",
      dependencies: [
        "Keeper", "Daemon", "Store", "Postgres", "Workflow", "Reading", "Messages", "Terminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ], swiftSettings: strict, linkerSettings: linkedStatically),

    // The figures of `make bench`.
    .executableTarget(
      name: "bench",
      dependencies: ["Intake", "Routing", "Store", "Postgres", "Workflow", "WorkingTime", "CaseModel"],
      swiftSettings: strict, linkerSettings: linkedStatically),

    .executableTarget(
      name: "postgres-bench", dependencies: ["Postgres"], path: "Benchmarks/PostgresBench",
      swiftSettings: strict),

    // Tests.
    .target(name: "PropertyTesting", swiftSettings: strict),
    .testTarget(name: "PropertyTestingTests", dependencies: ["PropertyTesting"], swiftSettings: strict),
    .testTarget(
      name: "PostgresTests", dependencies: ["Postgres", "PropertyTesting"], swiftSettings: strict),
    .testTarget(
      name: "CaseModelTests", dependencies: ["CaseModel", "PropertyTesting"], swiftSettings: strict),
    .testTarget(name: "WorkingTimeTests", dependencies: ["WorkingTime"], swiftSettings: strict),
    // Random worlds, definitions and lives of dossiers, for the tests of the engine and of the database.
    .target(
      name: "CaseTesting", dependencies: ["Workflow", "CaseModel", "WorkingTime", "PropertyTesting"],
      path: "Tests/CaseTesting", swiftSettings: strict),
    .testTarget(
      name: "WorkflowTests",
      dependencies: ["Workflow", "CaseModel", "WorkingTime", "CaseTesting", "PropertyTesting"],
      swiftSettings: strict),
    // A process that the cluster's tests start and kill.
    .executableTarget(
      name: "cluster-helper", dependencies: ["PrivateCluster"], path: "Tests/ClusterHelper",
      swiftSettings: strict),
    .testTarget(
      name: "PrivateClusterTests", dependencies: ["PrivateCluster", "cluster-helper", "PropertyTesting"],
      swiftSettings: strict),
    // A process that decides on dossiers until it is killed.
    .executableTarget(
      name: "crash-worker",
      dependencies: ["Store", "Intake", "Postgres", "CaseModel", "Workflow", "PropertyTesting"],
      path: "Tests/CrashWorker", swiftSettings: strict),
    .testTarget(
      name: "StoreTests",
      dependencies: [
        "Store", "Intake", "Routing", "History", "Doctor", "Postgres", "Workflow", "WorkingTime",
        "CaseModel", "PrivateCluster", "Reading", "CaseTesting", "PropertyTesting", "crash-worker",
      ],
      // Installations of former releases, which are upgraded.
      exclude: ["Releases"], swiftSettings: strict),
    .testTarget(
      name: "ReadingTests",
      dependencies: ["Reading", "Messages", "Workflow", "CaseModel", "WorkingTime", "PropertyTesting"],
      swiftSettings: strict),
    .testTarget(
      name: "IntakeTests", dependencies: ["Intake", "Messages", "Workflow", "CaseModel"],
      swiftSettings: strict),
    .testTarget(
      name: "WordingTests",
      dependencies: ["Wording", "Messages", "Store", "Postgres", "Workflow", "CaseModel", "WorkingTime"],
      swiftSettings: strict),
    .testTarget(
      name: "TerminalTests", dependencies: ["Terminal", "Reading", "Messages", "PropertyTesting"],
      swiftSettings: strict),
    .testTarget(name: "CLITests", dependencies: ["Terminal"], swiftSettings: strict),
    .testTarget(
      name: "DaemonTests",
      dependencies: [
        "Daemon", "Keeper", "Store", "Postgres", "Messages", "WorkingTime", "PropertyTesting",
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
