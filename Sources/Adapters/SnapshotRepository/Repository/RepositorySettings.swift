package import FoundationEssentials

/// What holds for a whole repository: which it is, what it keeps, and which targets are expected in it.
///
/// The file is JSON with sorted keys, and ends with the SHA-256 of what is before (`sum`).
package struct RepositorySettings: Codable, Sendable, Equatable {
  /// The newest form that this program reads.
  package static let newestFormat = 1

  package var format = newestFormat
  /// 32 random hexadecimal digits; a copy has those of its original.
  package var id: String
  /// When it was made, in UTC.
  package var created: String
  package var policy: RetentionPolicy
  /// After how many seconds a target's last good drill is too old; 0 for never.
  package var drillAge: Int
  /// The targets that must have snapshots, as the user named them.
  package var targets: [String]
  /// True for a copy, to which only its original adds.
  package var isCopy = false

  /// The settings of a new repository.
  package init(created: Date, policy: RetentionPolicy, drillAge: Int, targets: [String]) {
    id = (0..<16).map { _ in UInt8.random(in: 0...255) }.hexadecimalText
    self.created = MomentText.text(created)
    self.policy = policy
    self.drillAge = drillAge
    self.targets = targets
  }

  /// The bytes of the file.
  var bytes: [UInt8] {
    // Without the line end and the closing brace.
    let body = Array(JSONText.page(self).dropLast(3))
    return body + Array(",\n  \"sum\" : \"\(body.sha256)\"\n}\n".utf8)
  }

  /// The settings in the bytes of a file; `nil` if a byte was changed.
  init?(_ bytes: [UInt8]) {
    let length = bytes.count - Self.tailLength
    guard length > 0 else { return nil }
    let body = bytes[..<length]
    guard bytes[length...].elementsEqual(",\n  \"sum\" : \"\(body.sha256)\"\n}\n".utf8),
      let settings = JSONText.value(Self.self, bytes), settings.drillAge >= 0,
      settings.drillAge <= 36_500 * 86_400
    else { return nil }
    self = settings
  }

  private static let tailLength = ",\n  \"sum\" : \"\"\n}\n".utf8.count + 64

  /// The form of a file whose settings cannot be read; `nil` if it has none.
  static func format(in bytes: [UInt8]) -> Int? {
    struct Format: Decodable { var format: Int }
    return JSONText.value(Format.self, bytes)?.format
  }
}

extension Sequence<UInt8> {
  fileprivate var hexadecimalText: String { String(sha256.utf8.prefix(32)) ?? "" }
}
