import Bytes
import JSONStreams

/// Writes rejected records of a JSON file; the first key of each is the reason.
struct JSONRejectsText: RejectsText {
  private let reasonField: String
  private let shape: RecordShape
  private var isFirst = true

  init(_ layout: RejectsLayout) {
    reasonField = layout.reasonField
    shape = layout.shape
  }

  var head: String { "{\"\(shape.record)\":[" }

  var end: String { "\n]}\n" }

  mutating func record(_ raw: String, reason: String) -> String {
    defer { isFirst = false }
    return (isFirst ? "\n" : ",\n") + object(raw, reason)
  }

  private func object(_ raw: String, _ reason: String) -> String {
    var writer = JSONTextWriter()
    writer.beginObject()
    writer.key(reasonField)
    writer.string(reason)
    let lead = String(decoding: writer.takeBytes(), as: UTF8.self)
    guard raw.utf8.starts(with: "{\"".utf8), let members = raw.dropping(prefix: "{") else {
      return lead + "}"
    }
    guard let text = members.dropping(prefix: "\"\(reasonField)\":\"") else {
      return lead + "," + members
    }
    // The earlier reason ends at the first quote that is not escaped.
    var isEscaped = false
    for index in text.utf8.indices {
      let byte = text.utf8[index]
      if byte == UInt8(ascii: "\""), !isEscaped {
        return lead + (String(text.utf8[text.utf8.index(after: index)...]) ?? "}")
      }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    return lead + "}"
  }
}
