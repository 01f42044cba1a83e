import Compression
import Digests
import HTTPTransfers
import INIFiles
import SQLStores
import SandboxServer
import UnicodeForms
import XMLStreams

/// What the program is, what it was built from, and which libraries it has loaded.
struct ProgramVersion: Equatable {
  /// A library and its version; `nil` for one that does not report it.
  struct Library: Equatable {
    let name: String
    let version: String?
  }

  let version: String
  let stamp: BuildStamp
  let libraries: [Library]

  /// The program as it runs now.
  init(stamp: BuildStamp) {
    self.init(version: Tool.version, stamp: stamp, libraries: Self.loaded)
  }

  init(version: String, stamp: BuildStamp, libraries: [Library]) {
    self.version = version
    self.stamp = stamp
    self.libraries = libraries
  }

  private static var loaded: [Library] {
    let tls = TransferLibraries.tls.map { Library(named: $0) }
    let libraries =
      [Library(name: "libcurl", version: TransferLibraries.curl)] + [tls].compactMap(\.self)
    return libraries + [
      Library(name: "GnuTLS", version: DigestLibrary.version),
      Library(name: "libxml2", version: XMLLibrary.version),
      Library(name: "SQLite", version: SQLLibrary.version),
      Library(name: "libmicrohttpd", version: SandboxLibrary.version),
      Library(name: "zlib", version: CompressionLibrary.version),
      Library(name: "libunistring", version: UnicodeLibrary.version),
      Library(name: "inih", version: INILibrary.version),
    ]
  }
}

extension ProgramVersion.Library {
  /// A library as `OpenSSL/3.0.17`; the name alone if there is no slash.
  init(named text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1)
      .map { String(Substring($0)) }
    self.init(name: parts.first ?? text, version: parts.count > 1 ? parts[1] : nil)
  }
}

extension ProgramVersion {
  /// The lines for people.
  var text: String {
    let commit =
      stamp.commit.map { commit in
        let facts = [stamp.date, stamp.isDirty == true ? "changed since" : nil]
        let known = facts.compactMap(\.self)
        return known.isEmpty ? commit : commit + " (\(known.joined(separator: ", ")))"
      } ?? "unknown"
    let facts = [("commit", commit), ("swift", stamp.swift ?? "unknown")]
    let rows = facts + libraries.map { ($0.name, $0.version ?? "unknown: it does not report it") }
    let width = rows.map(\.0.utf8.count).max() ?? 0
    let lines = rows.map { name, value in
      "  \(name)\(String(repeating: " ", count: width - name.utf8.count))  \(value)"
    }
    return (["cupibulk \(version)"] + lines).joined(separator: "\n") + "\n"
  }
}

extension ProgramVersion: JSONEnding {
  static let type = "version"
  static let summary =
    "The program, what it was built from, and its libraries: the result of `version`."

  static let keys: [JSONKey<ProgramVersion>] = [
    JSONKey("version", "the program's version", \.version),
    JSONKey(
      "commit", "the commit that it was built from; null if that is not known", \.stamp.commit),
    JSONKey("date", "the time of that commit, in UTC", \.stamp.date),
    JSONKey("dirty", "true if the sources were changed since the commit", \.stamp.isDirty),
    JSONKey("swift", "the version of the Swift compiler", \.stamp.swift),
    JSONKey("libraries", "the libraries that are loaded now", \.libraries),
  ]
}

extension ProgramVersion.Library: JSONObject {
  static let keys: [JSONKey<ProgramVersion.Library>] = [
    JSONKey("name", "its name", \.name),
    JSONKey("version", "its version; null for a library that does not report it", \.version),
  ]
}
