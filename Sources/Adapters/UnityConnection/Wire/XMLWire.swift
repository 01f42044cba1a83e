// XML as the server writes and reads it.

import PortGroupModel
import XMLStreams

enum XMLWire {
  /// Writes the fields as a document; those that are absent are written as empty ones.
  static func body(_ fields: [Field], of values: FieldValues) throws(WireError) -> [UInt8] {
    if let body = plainBody(fields, of: values) { return body }
    return try anyBody(fields, of: values)
  }

  /// What libxml2's writer makes of it, without the writer; `nil` where a text has more than plain ASCII.
  ///
  /// Nearly all bodies are so, and a writer for each was a fifteenth of all that a row cost.
  static func plainBody(_ fields: [Field], of values: FieldValues) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    bytes += root.start
    for field in fields {
      let tags = tags[field.rawValue]
      let isPlain = values.withUTF8(of: field) { text in
        guard let text, !text.isEmpty else {
          bytes += tags.empty
          return true
        }
        guard text.isPlainXML else { return false }
        bytes += tags.start
        unsafe text.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        bytes += tags.end
        return true
      }
      guard isPlain else { return nil }
    }
    bytes += root.end
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private typealias Tags = (start: [UInt8], end: [UInt8], empty: [UInt8])

  private static let root = tags(of: PortGroupServer.wireName)
  /// Indexed by `Field.rawValue`.
  private static let tags = Field.allCases.map { tags(of: $0.name) }

  private static func tags(of name: String) -> Tags {
    (Array("<\(name)>".utf8), Array("</\(name)>".utf8), Array("<\(name)/>".utf8))
  }

  private static func anyBody(
    _ fields: [Field], of values: FieldValues
  ) throws(WireError) -> [UInt8] {
    let writer = XMLTextWriter(indented: false)
    writer.startElement(PortGroupServer.wireName)
    for field in fields {
      do throws(XMLWriterError) {
        try writer.element(field.name, values[field].text ?? "")
      } catch {
        throw WireError("\(field.name): \(error)")
      }
    }
    writer.finish()
    return writer.takeBytes()
  }

  /// Reads a plural root with `total` and elements of the type below it.
  static func list(_ body: [UInt8], of type: String) throws(WireError) -> WireList {
    var reader = XMLListReader(of: type)
    try readingXML {
      try parseXMLBatches(body, flat: true) { batch, names in
        try reader.take(batch, names: names)
      }
    }
    guard let total = reader.total, total >= 0 else {
      throw WireError("<\(reader.rootName)> came in place of a list with its total")
    }
    return WireList(total: total, objects: reader.objects)
  }

  static func object(_ body: [UInt8], of type: String) throws(WireError) -> WireObject {
    let root = try parse(body)
    guard root.name == type else { throw WireError("<\(root.name)> came in place of <\(type)>") }
    return root.object
  }

  /// Reads a document as a tree; its depth is bounded by the parser, its size by the transfer.
  static func parse(_ body: [UInt8]) throws(WireError) -> XMLNode {
    var open = [XMLNode(name: "")]
    var parts = 0
    try readingXML {
      try parseXML(body) { event in
        switch event {
        case .startElement(let name, let attributes, _):
          parts += 1
          try WireLimits.check(parts: parts)
          open.append(XMLNode(name: name, attributes: attributes))
        case .text(let text): open[open.count - 1].text += text
        case .endElement:
          let node = open.removeLast()
          open[open.count - 1].children.append(node)
        }
      }
    }
    guard let root = open[0].children.first else { throw WireError("the answer is empty") }
    return root
  }
}

/// Reads; what the parser finds wrong becomes a clause, what the reader refuses stays as it is.
private func readingXML(_ read: () throws -> Void) throws(WireError) {
  do {
    try read()
  } catch let error as WireError {
    throw error
  } catch {
    throw WireError("the answer is not well-formed XML: \(error)")
  }
}

/// An element with what is in it.
struct XMLNode {
  var name: String
  var attributes: [XMLAttribute] = []
  var children: [XMLNode] = []
  var text = ""

  /// Its children as fields.
  var object: WireObject {
    WireObject(
      fields: children.map { child in
        (child.name, child.children.isEmpty ? FieldValue(text: child.text) : nil)
      })
  }

  /// Every element of that name below this one, in document order.
  func all(_ name: String) -> [XMLNode] {
    children.flatMap { child in (child.name == name ? [child] : []) + child.all(name) }
  }
}

extension Span<UInt8> {
  /// True for visible ASCII and spaces without a character that XML writes in another way.
  fileprivate var isPlainXML: Bool {
    for index in indices {
      switch self[index] {
      case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"), UInt8(ascii: "\""): return false
      case 0x20...0x7E: continue
      default: return false
      }
    }
    return true
  }
}
