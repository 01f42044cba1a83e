import Bytes
import XMLStreams

/// Writes rejected records of an XML file; the first element of each is the reason.
struct XMLRejectsText: RejectsText {
  private let reasonField: String
  private let shape: RecordShape
  private let writer = XMLTextWriter(indented: false)

  init(_ layout: RejectsLayout) {
    reasonField = layout.reasonField
    shape = layout.shape
  }

  var head: String { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<\(shape.list)>\n" }

  var end: String { "</\(shape.list)>\n" }

  func record(_ raw: String, reason: String) -> String { "  " + element(raw, reason) + "\n" }

  private func element(_ raw: String, _ reason: String) -> String {
    let open = "<\(shape.record)>"
    let printable = String(
      String.UnicodeScalarView(
        reason.unicodeScalars.map { $0.value < 0x20 || $0.value >= 0xFFFE ? " " : $0 }))
    // The remaining characters are allowed in XML.
    try? writer.element(reasonField, printable)
    let element = String(decoding: writer.takeBytes(), as: UTF8.self)
    guard let rest = raw.dropping(prefix: open) else {
      return "\(open)\(element)</\(shape.record)>"
    }
    return open + element + withoutReason(rest)
  }

  private func withoutReason(_ raw: Substring) -> Substring {
    if let rest = raw.dropping(prefix: "<\(reasonField)/>") { return rest }
    // The text holds no markup, so the next `<` begins the end tag.
    guard let text = raw.dropping(prefix: "<\(reasonField)>"),
      let end = text.utf8.firstIndex(of: UInt8(ascii: "<")),
      let rest = Substring(text.utf8[end...]).dropping(prefix: "</\(reasonField)>")
    else { return raw }
    return rest
  }
}
