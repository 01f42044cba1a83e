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

/// One C library of the system: its module map and a shim for what Swift cannot call.
func cLibrary(_ name: String, pkgConfig: String? = nil, package: String? = nil) -> Target {
  .systemLibrary(
    name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig,
    providers: package.map { [.apt([$0])] })
}

func module(_ name: String, in layer: String, _ dependencies: [String] = []) -> Target {
  .target(
    name: name, dependencies: dependencies.map { .byName(name: $0) },
    path: "Sources/\(layer)/\(name)", swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [String]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies.map { .byName(name: $0) }, swiftSettings: settings)
}

/// A text of Tools/build.sh for the stamp; empty unless it consists of what commits, times and versions have.
func stamp(_ name: String) -> CSetting {
  let text = Context.environment[name] ?? ""
  let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-:.".contains($0)) }
  return .define(name, to: "\"\(isPlain ? text : "")\"")
}

/// What is between the program and the system; nothing here is about port groups.
let libraries = [
  cLibrary("CCurl", pkgConfig: "libcurl", package: "libcurl4-openssl-dev"),
  cLibrary("CGnuTLS", pkgConfig: "gnutls", package: "libgnutls28-dev"),
  cLibrary("CInih", pkgConfig: "inih", package: "libinih-dev"),
  cLibrary("CLibXML", pkgConfig: "libxml-2.0", package: "libxml2-dev"),
  cLibrary("CMicroHTTPD", pkgConfig: "libmicrohttpd", package: "libmicrohttpd-dev"),
  cLibrary("CSQLite", pkgConfig: "sqlite3", package: "libsqlite3-dev"),
  cLibrary("CZlib", pkgConfig: "zlib", package: "zlib1g-dev"),
  cLibrary("CUnistring", package: "libunistring-dev"),
  // Calls to the kernel about this process, and to start others; they need no library.
  cLibrary("CProcess"),
  cLibrary("CSpawn"),
  // What the program was built from, as texts for `cupibulk` alone: what uses it is compiled again at each commit
  // (decision 55).
  .target(
    name: "CBuildStamp", path: "Sources/CLibraries/CBuildStamp",
    cSettings: [
      stamp("CUPIBULK_BUILD_COMMIT"), stamp("CUPIBULK_BUILD_DATE"), stamp("CUPIBULK_BUILD_DIRTY"),
      stamp("CUPIBULK_BUILD_SWIFT"),
    ]),

  module("Bytes", in: "Libraries"),
  module("Digests", in: "Libraries", ["CGnuTLS"]),
  module("Compression", in: "Libraries", ["CZlib"]),
  module("ChildProcesses", in: "Libraries", ["Bytes", "CSpawn"]),
  module("INIFiles", in: "Libraries", ["Bytes", "CInih"]),
  module("UnicodeForms", in: "Libraries", ["CUnistring"]),
  module("LockFiles", in: "Libraries", ["Bytes"]),
  module("Threads", in: "Libraries"),
  module("XMLStreams", in: "Libraries", ["Bytes", "CLibXML"]),
  module("JSONStreams", in: "Libraries"),
  module("HTTPMessages", in: "Libraries"),
  module(
    "HTTPTransfers", in: "Libraries", ["Bytes", "Threads", "HTTPMessages", "CCurl", "CGnuTLS"]),
  module("SQLStores", in: "Libraries", ["Bytes", "CSQLite"]),
]

/// The model of port groups, and the adapters for files, servers and the ledger.
///
/// No adapter uses another one, except `PortGroupFiles`, which reads and writes through `BulkFiles`.
let modelAndAdapters = [
  module("PortGroupModel", in: "Model", ["Bytes"]),
  module(
    "BulkFiles", in: "Adapters", ["Bytes", "Compression", "Digests", "XMLStreams", "JSONStreams"]),
  module(
    "PortGroupFiles", in: "Adapters",
    ["BulkFiles", "PortGroupModel", "Bytes", "Digests", "JSONStreams", "XMLStreams"]),
  module(
    "UnityConnection", in: "Adapters",
    [
      "PortGroupModel", "Bytes", "UnicodeForms", "XMLStreams", "JSONStreams", "HTTPMessages",
      "HTTPTransfers",
    ]),
  module("RowLedger", in: "Adapters", ["PortGroupModel", "Bytes", "SQLStores"]),
  module(
    "Coordination", in: "Adapters", ["PortGroupModel", "Bytes", "LockFiles", "SQLStores"]),
  module("SnapshotRepository", in: "Adapters", ["Bytes", "Digests", "Compression", "LockFiles"]),
]

let program = [
  module(
    "BatchEngine", in: "Engine",
    [
      "PortGroupModel", "PortGroupFiles", "BulkFiles", "UnityConnection", "RowLedger",
      "Coordination", "SnapshotRepository",
    ]),
  .target(
    name: "SandboxServer",
    dependencies: [
      "PortGroupModel", "Bytes", "Threads", "HTTPMessages", "XMLStreams", "JSONStreams",
      "SQLStores",
      "CMicroHTTPD", "CGnuTLS",
    ], swiftSettings: settings),
  module(
    "CommandLineTool", in: "UserInterface",
    [
      "BatchEngine", "SandboxServer", "PortGroupModel", "PortGroupFiles", "BulkFiles",
      "JSONStreams", "UnityConnection", "RowLedger", "Coordination", "HTTPMessages",
      "HTTPTransfers", "Bytes", "ChildProcesses", "Compression", "CProcess",
      "Digests", "INIFiles", "SnapshotRepository", "SQLStores", "Threads", "UnicodeForms",
      "XMLStreams",
    ]),
  .executableTarget(
    name: "cupibulk", dependencies: ["Bytes", "CBuildStamp", "CommandLineTool"],
    swiftSettings: settings),
]

let checks: [Target] = [
  // Measures reading; only `make bench` runs it, and it is part of no product.
  .executableTarget(
    name: "FileBenchmark", dependencies: ["BulkFiles", "PortGroupFiles", "PortGroupModel"],
    path: "Benchmarks/FileBenchmark", swiftSettings: settings),

  .target(
    name: "TestSupport",
    dependencies: ["Bytes", "ChildProcesses", "JSONStreams", "PortGroupFiles", "PortGroupModel"],
    path: "Tests/TestSupport",
    swiftSettings: settings),
  tests("BytesTests", ["Bytes", "ChildProcesses"]),
  tests("DigestsTests", ["Digests"]),
  tests("CompressionTests", ["Compression", "TestSupport"]),
  tests("ChildProcessesTests", ["ChildProcesses", "Bytes", "TestSupport"]),
  tests("INIFilesTests", ["INIFiles"]),
  tests("UnicodeFormsTests", ["UnicodeForms"]),
  tests("HTTPMessagesTests", ["HTTPMessages"]),
  tests("HTTPTransfersTests", ["HTTPTransfers", "HTTPMessages", "CCurl"]),
  tests("SQLStoresTests", ["SQLStores", "TestSupport"]),
  tests("XMLStreamsTests", ["XMLStreams"]),
  tests("JSONStreamsTests", ["JSONStreams"]),
  tests("BulkFilesTests", ["BulkFiles", "TestSupport"]),
  tests("PortGroupModelTests", ["PortGroupModel", "TestSupport"]),
  tests(
    "PortGroupFilesTests",
    ["PortGroupFiles", "PortGroupModel", "BulkFiles", "Bytes", "TestSupport"]),
  tests(
    "UnityConnectionTests",
    [
      "UnityConnection", "PortGroupModel", "SandboxServer", "XMLStreams", "JSONStreams",
      "HTTPMessages", "HTTPTransfers", "TestSupport",
    ]),
  tests(
    "RowLedgerTests", ["RowLedger", "PortGroupModel", "SQLStores", "TestSupport"]),
  tests(
    "SnapshotRepositoryTests", ["SnapshotRepository", "Compression", "TestSupport"]),
  tests("CoordinationTests", ["Coordination", "LockFiles", "PortGroupModel", "TestSupport"]),
  tests(
    "BatchEngineTests",
    [
      "BatchEngine", "PortGroupModel", "PortGroupFiles", "BulkFiles", "UnityConnection",
      "RowLedger",
      "SQLStores", "SandboxServer", "SnapshotRepository", "HTTPMessages", "CommandLineTool",
      "TestSupport",
    ]),
  tests(
    "SandboxServerTests",
    ["SandboxServer", "PortGroupModel", "HTTPMessages", "HTTPTransfers", "TestSupport"]),
  tests(
    "CommandLineToolTests",
    [
      "CommandLineTool", "BatchEngine", "BulkFiles", "HTTPTransfers", "INIFiles", "PortGroupFiles",
      "JSONStreams", "PortGroupModel", "RowLedger", "Coordination", "SnapshotRepository",
      "TestSupport", "UnityConnection",
    ]),
  tests(
    "EndToEndTests",
    [
      "CommandLineTool", "HTTPMessages", "HTTPTransfers", "JSONStreams", "PortGroupFiles",
      "PortGroupModel", "SQLStores", "TestSupport", "cupibulk",
    ]),
]

let package = Package(
  name: "cupibulk",
  products: [.executable(name: "cupibulk", targets: ["cupibulk"])],
  targets: libraries + modelAndAdapters + program + checks)
