import HTTPMessages

/// The two formats of request and response bodies.
enum BodyFormat: String, Sendable, CaseIterable {
  case xml
  case json

  var mediaType: String { "application/\(rawValue)" }

  /// The format of a request body, according to its `Content-Type`.
  ///
  /// - Throws: A refusal with status 415 if the field is missing or has another type (reference CUPI.md §3.1).
  static func ofBody(_ fields: HeaderFields) throws(RequestRefusal) -> BodyFormat {
    let type = mediaType(fields["Content-Type"] ?? "")
    switch type {
    case "application/xml", "text/xml": return .xml
    case "application/json": return .json
    case "":
      throw RequestRefusal(
        415, .unsupportedType, "Content-Type is missing; send application/xml or application/json")
    default:
      throw RequestRefusal(
        415, .unsupportedType,
        "Content-Type \(printable(type)) is not read; send application/xml or application/json")
    }
  }

  /// The response format according to `Accept`: XML unless the client prefers JSON; `nil` if it accepts neither.
  ///
  /// The range with the higher `q` wins, then the more specific one, then the first one (RFC 9110 §12.5.1).
  static func accepted(_ fields: HeaderFields) -> BodyFormat? {
    let ranges = fields.values(of: "Accept").flatMap { value in
      value.utf8.split(separator: UInt8(ascii: ",")).map { Substring($0) }
    }
    guard !ranges.isEmpty else { return .xml }
    var best: (format: BodyFormat, quality: Double, specificity: Int)?
    for range in ranges {
      let quality = quality(of: range)
      let format: BodyFormat
      let specificity: Int
      switch mediaType(range) {
      case "application/xml", "text/xml": (format, specificity) = (.xml, 2)
      case "application/json": (format, specificity) = (.json, 2)
      case "application/*": (format, specificity) = (.xml, 1)
      case "*/*": (format, specificity) = (.xml, 0)
      default: continue
      }
      guard quality > 0 else { continue }
      if let best, (best.quality, best.specificity) >= (quality, specificity) { continue }
      best = (format, quality, specificity)
    }
    return best?.format
  }

  private static func mediaType(_ value: some StringProtocol) -> String {
    normalized(value.utf8.prefix { $0 != UInt8(ascii: ";") })
  }

  private static func quality(of range: Substring) -> Double {
    for parameter in range.utf8.split(separator: UInt8(ascii: ";")).dropFirst() {
      let sides = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1)
      guard let name = sides.first, normalized(name) == "q" else { continue }
      let quality = sides.count == 2 ? Double(normalized(sides[1])) ?? 0 : 0
      return (0...1).contains(quality) ? quality : 0
    }
    return 1
  }

  /// The text in lower case, without spaces and tabs.
  private static func normalized(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: bytes.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self).lowercased()
  }
}
