// swift-tools-version: 6.3
// The modules of cupibulk, lowest first. A module may import only what it lists here; the build checks it.

import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

/// A door to one C library of the system: its module map and a shim for what Swift cannot call.
func door(_ name: String, pkgConfig: String, package: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

func module(_ name: String, _ dependencies: [String] = []) -> Target {
  .target(
    name: name, dependencies: dependencies.map { .byName(name: $0) }, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [String]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies.map { .byName(name: $0) }, swiftSettings: settings)
}

let package = Package(
  name: "cupibulk",
  products: [.executable(name: "cupibulk", targets: ["cupibulk"])],
  targets: [
    door("CCurl", pkgConfig: "libcurl", package: "libcurl4-openssl-dev"),
    door("CGnuTLS", pkgConfig: "gnutls", package: "libgnutls28-dev"),
    door("CLibXML", pkgConfig: "libxml-2.0", package: "libxml2-dev"),
    door("CMicroHTTPD", pkgConfig: "libmicrohttpd", package: "libmicrohttpd-dev"),
    door("CSQLite", pkgConfig: "sqlite3", package: "libsqlite3-dev"),
    door("CZlib", pkgConfig: "zlib", package: "zlib1g-dev"),

    /// What the kernel is told about this process; it needs no library.
    .systemLibrary(name: "CProcess"),

    module("SystemErrors"),
    module("HTTPMessages"),
    module("HTTPTransfers", ["HTTPMessages", "CCurl", "CGnuTLS"]),
    module("SQLiteStore", ["SystemErrors", "CSQLite"]),
    module("XMLStreams", ["CLibXML"]),
    module("JSONStreams"),
    module("BulkFiles", ["SystemErrors", "XMLStreams", "JSONStreams", "CZlib"]),
    module("PortGroupModel"),
    module("PortGroupFiles", ["BulkFiles", "PortGroupModel", "XMLStreams"]),
    module(
      "UnityConnection",
      [
        "PortGroupModel", "SystemErrors", "XMLStreams", "JSONStreams", "HTTPMessages",
        "HTTPTransfers",
      ]),
    module("RowLedger", ["PortGroupModel", "SystemErrors", "SQLiteStore"]),
    module(
      "BatchEngine",
      [
        "PortGroupModel", "PortGroupFiles", "BulkFiles", "JSONStreams", "UnityConnection",
        "RowLedger",
      ]),
    module(
      "SandboxServer",
      [
        "PortGroupModel", "SystemErrors", "HTTPMessages", "XMLStreams", "JSONStreams",
        "SQLiteStore", "CMicroHTTPD", "CGnuTLS",
      ]),
    module(
      "CommandLineTool",
      [
        "BatchEngine", "SandboxServer", "PortGroupModel", "PortGroupFiles", "BulkFiles",
        "JSONStreams", "UnityConnection", "RowLedger", "HTTPMessages", "HTTPTransfers",
        "SystemErrors", "CProcess",
      ]),
    .executableTarget(
      name: "cupibulk", dependencies: ["CommandLineTool"], swiftSettings: settings),

    // Measures reading; only `make bench` runs it, and no product of ours holds it.
    .executableTarget(
      name: "FileBenchmark", dependencies: ["BulkFiles", "PortGroupFiles", "PortGroupModel"],
      path: "Benchmarks/FileBenchmark", swiftSettings: settings),

    .systemLibrary(name: "CSpawn", path: "Tests/CSpawn"),
    .target(
      name: "TestSupport", dependencies: ["CSpawn"], path: "Tests/TestSupport",
      swiftSettings: settings),
    tests("SystemErrorsTests", ["SystemErrors"]),
    tests("HTTPMessagesTests", ["HTTPMessages"]),
    tests("HTTPTransfersTests", ["HTTPTransfers", "HTTPMessages", "CCurl", "TestSupport"]),
    tests("SQLiteStoreTests", ["SQLiteStore", "TestSupport"]),
    tests("XMLStreamsTests", ["XMLStreams"]),
    tests("JSONStreamsTests", ["JSONStreams"]),
    tests("BulkFilesTests", ["BulkFiles", "TestSupport"]),
    tests("PortGroupModelTests", ["PortGroupModel", "TestSupport"]),
    tests("PortGroupFilesTests", ["PortGroupFiles", "PortGroupModel", "BulkFiles", "TestSupport"]),
    tests(
      "UnityConnectionTests",
      [
        "UnityConnection", "PortGroupModel", "SandboxServer", "HTTPMessages", "HTTPTransfers",
        "TestSupport",
      ]),
    tests("RowLedgerTests", ["RowLedger", "PortGroupModel", "SQLiteStore", "TestSupport"]),
    tests(
      "BatchEngineTests",
      [
        "BatchEngine", "PortGroupModel", "PortGroupFiles", "UnityConnection", "RowLedger",
        "SQLiteStore", "SandboxServer", "HTTPMessages", "TestSupport",
      ]),
    tests(
      "SandboxServerTests",
      ["SandboxServer", "PortGroupModel", "HTTPMessages", "HTTPTransfers", "TestSupport"]),
    tests(
      "CommandLineToolTests",
      [
        "CommandLineTool", "BatchEngine", "PortGroupModel", "RowLedger", "TestSupport",
        "UnityConnection",
      ]),
    tests(
      "EndToEndTests",
      ["HTTPMessages", "HTTPTransfers", "PortGroupModel", "SQLiteStore", "TestSupport", "cupibulk"]),
  ]
)
