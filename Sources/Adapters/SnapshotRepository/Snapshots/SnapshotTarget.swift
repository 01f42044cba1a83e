/// The server that a snapshot was read from.
package struct SnapshotTarget: Codable, Sendable, Equatable {
  /// Its own id; its address if it does not report one.
  package var id: String
  /// The name that the user had given it; `nil` for a typed address.
  package var name: String?
  /// Its address as the user typed it, without credentials.
  package var url: String
  /// Its version; `nil` if it is not known.
  package var version: String?

  package init(id: String, name: String?, url: String, version: String? = nil) {
    self.id = id
    self.name = name
    self.url = url
    self.version = version
  }

  /// How users name it: its name, or its address.
  package var title: String { name ?? url }

  /// The name of its folder, such as `prod-91f2c0de`: its title, and the beginning of its id.
  ///
  /// `isLong` is true if another server has the short name.
  func folder(isLong: Bool = false) -> String {
    let title = title.utf8.drop { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    let name = title.prefix(60).map { Self.isSafe($0) ? $0 : UInt8(ascii: "_") }
    let start = id.utf8.prefix(8)
    let suffix =
      if isLong {
        id.utf8.sha256.utf8.prefix(32)
      } else {
        start.count == 8 && start.allSatisfy(Self.isHexadecimal)
          ? start : id.utf8.sha256.utf8.prefix(8)
      }
    return String(decoding: name, as: UTF8.self) + "-" + String(Substring(suffix))
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  private static func isSafe(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "._-".utf8.contains(byte)
    }
  }
}
