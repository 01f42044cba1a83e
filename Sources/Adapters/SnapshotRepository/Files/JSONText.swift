internal import FoundationEssentials

/// Encodes and decodes the JSON of a repository: sorted keys, so that equal values give equal bytes.
enum JSONText {
  /// The value on one line.
  static func bytes(_ value: some Encodable) -> [UInt8] {
    encoded(value, [.sortedKeys, .withoutEscapingSlashes])
  }

  /// The value on several lines, for people, with a line end.
  static func page(_ value: some Encodable) -> [UInt8] {
    encoded(value, [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]) + [UInt8(ascii: "\n")]
  }

  /// The value; `nil` if the bytes have another shape.
  static func value<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? {
    try? JSONDecoder().decode(type, from: Data(bytes))
  }

  private static func encoded(
    _ value: some Encodable, _ format: JSONEncoder.OutputFormatting
  ) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = format
    // The values have texts, whole numbers and flags only, which can always be encoded.
    return (try? encoder.encode(value)).map { Array($0) } ?? []
  }
}

/// Moments in the files of a repository: UTC to the second, such as `2026-11-27T04:15:00Z`.
enum MomentText {
  static func text(_ moment: Date) -> String { moment.ISO8601Format() }

  static func date(_ text: String) -> Date? { try? Date(text, strategy: .iso8601) }
}
