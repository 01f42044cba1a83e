// Which of the two forms a body has, by the header fields of a request.

import HTTPMessages

/// The two forms that bodies have on the wire.
enum BodyFormat: String, Sendable, CaseIterable {
  case xml
  case json

  var mediaType: String { "application/\(rawValue)" }

  /// The form of a request's body, by its `Content-Type`.
  ///
  /// - Throws: 415 where the field is missing or names another type (reference CUPI.md §3.1).
  static func ofBody(_ fields: HeaderFields) throws(Refusal) -> BodyFormat {
    let type = mediaType(fields["Content-Type"] ?? "")
    switch type {
    case "application/xml", "text/xml": return .xml
    case "application/json": return .json
    case "":
      throw Refusal(
        415, .unsupportedType, "Content-Type is missing; send application/xml or application/json")
    default:
      throw Refusal(
        415, .unsupportedType,
        "Content-Type \(printable(type)) is not read; send application/xml or application/json")
    }
  }

  /// The form that the client wants back, by its `Accept`: XML unless it prefers JSON; `nil` if neither will do.
  ///
  /// The range with the higher `q` wins, then the more exact one, then the one named first (RFC 9110 §12.5.1).
  static func accepted(_ fields: HeaderFields) -> BodyFormat? {
    let ranges = fields.values(of: "Accept").flatMap { value in
      value.utf8.split(separator: UInt8(ascii: ",")).map { Substring($0) }
    }
    guard !ranges.isEmpty else { return .xml }
    var best: (format: BodyFormat, quality: Double, exactness: Int)?
    for range in ranges {
      let quality = quality(of: range)
      let format: BodyFormat
      let exactness: Int
      switch mediaType(range) {
      case "application/xml", "text/xml": (format, exactness) = (.xml, 2)
      case "application/json": (format, exactness) = (.json, 2)
      case "application/*": (format, exactness) = (.xml, 1)
      case "*/*": (format, exactness) = (.xml, 0)
      default: continue
      }
      guard quality > 0 else { continue }
      if let best, (best.quality, best.exactness) >= (quality, exactness) { continue }
      best = (format, quality, exactness)
    }
    return best?.format
  }

  private static func mediaType(_ value: some StringProtocol) -> String {
    plain(value.utf8.prefix { $0 != UInt8(ascii: ";") })
  }

  private static func quality(of range: Substring) -> Double {
    for parameter in range.utf8.split(separator: UInt8(ascii: ";")).dropFirst() {
      let sides = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1)
      guard let name = sides.first, plain(name) == "q" else { continue }
      let quality = sides.count == 2 ? Double(plain(sides[1])) ?? 0 : 0
      return (0...1).contains(quality) ? quality : 0
    }
    return 1
  }

  /// A word without blanks around it or within, in lower case.
  private static func plain(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: bytes.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self).lowercased()
  }
}
