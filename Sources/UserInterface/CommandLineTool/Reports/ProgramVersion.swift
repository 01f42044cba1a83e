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

  /// The object for programs.
  var json: JSONLine {
    var line = JSONLine()
    line.add("schema", 1)
    line.add("type", "version")
    line.add("version", .text(version))
    line.add("commit", .text(stamp.commit))
    line.add("date", .text(stamp.date))
    if let isDirty = stamp.isDirty {
      line.add("dirty", isDirty)
    } else {
      line.add("dirty", .text(nil))
    }
    line.add("swift", .text(stamp.swift))
    line.add(
      "libraries", libraries.map { [("name", .text($0.name)), ("version", .text($0.version))] })
    line.add("exit", Int(ExitStatus.success.rawValue))
    return line
  }
}
