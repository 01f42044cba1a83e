import PortGroupModel
import XMLStreams

/// Writes request bodies and parses response bodies in XML.
enum XMLWire {
  /// Writes the fields as a document; absent fields are written as empty.
  static func body(_ fields: [Field], of values: FieldValues) throws(WireError) -> [UInt8] {
    if let body = plainBody(fields, of: values) { return body }
    return try bodyFromWriter(fields, of: values)
  }

  /// The same bytes as libxml2's writer produces, without the writer; `nil` if a text is not plain ASCII.
  ///
  /// Nearly all bodies are plain ASCII, and a writer for each took one fifteenth of the cost of a row.
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
  /// The tags of each field, indexed by `Field.rawValue`.
  private static let tags = Field.allCases.map { tags(of: $0.name) }

  private static func tags(of name: String) -> Tags {
    (Array("<\(name)>".utf8), Array("</\(name)>".utf8), Array("<\(name)/>".utf8))
  }

  private static func bodyFromWriter(
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

  /// Reads a root element in the plural, with `total` and elements of the type.
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

  /// Parses a document into a tree; the parser limits its depth, and the transfer its size.
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

/// Runs `read`, and converts an error of the parser to a `WireError`; other `WireError`s are rethrown.
private func readingXML(_ read: () throws -> Void) throws(WireError) {
  do {
    try read()
  } catch let error as WireError {
    throw error
  } catch {
    throw WireError("the answer is not well-formed XML: \(error)")
  }
}

/// An element with its attributes and content.
struct XMLNode {
  var name: String
  var attributes: [XMLAttribute] = []
  var children: [XMLNode] = []
  var text = ""

  /// The children as fields.
  var object: WireObject {
    WireObject(
      fields: children.map { child in
        (child.name, child.children.isEmpty ? FieldValue(text: child.text) : nil)
      })
  }

  /// All descendants with the name, in document order.
  func all(_ name: String) -> [XMLNode] {
    children.flatMap { child in (child.name == name ? [child] : []) + child.all(name) }
  }
}

extension Span<UInt8> {
  /// True if the text has only printable ASCII characters that XML does not escape.
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
