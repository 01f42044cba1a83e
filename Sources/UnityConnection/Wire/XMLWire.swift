// XML as the server writes and reads it.

import PortGroupModel
import XMLStreams

enum XMLWire {
  static func body(_ fields: [(name: String, text: String)]) throws(WireError) -> [UInt8] {
    let writer = XMLTextWriter(indented: false)
    writer.startElement(PortGroupServer.wireName)
    for (name, text) in fields {
      do throws(XMLWriterError) {
        try writer.element(name, text)
      } catch {
        throw WireError("\(name): \(error)")
      }
    }
    writer.finish()
    return writer.takeBytes()
  }

  /// Reads a plural root with `total` and elements of the type below it.
  static func list(_ body: [UInt8], of type: String) throws(WireError) -> WireList {
    let root = try parse(body)
    let total = root.attributes.first { $0.name == "total" }.flatMap { Int($0.value) }
    guard let total, total >= 0 else {
      throw WireError("<\(root.name)> came in place of a list with its total")
    }
    let items = root.children.filter { $0.name == type }
    return WireList(total: total, objects: items.map(\.object))
  }

  static func object(_ body: [UInt8], of type: String) throws(WireError) -> WireObject {
    let root = try parse(body)
    guard root.name == type else { throw WireError("<\(root.name)> came in place of <\(type)>") }
    return root.object
  }

  /// Reads a document as a tree; its depth is bounded by the parser, its size by the transfer.
  static func parse(_ body: [UInt8]) throws(WireError) -> XMLNode {
    var open = [XMLNode(name: "")]
    do {
      try parseXML(body) { event in
        switch event {
        case .startElement(let name, let attributes, _):
          open.append(XMLNode(name: name, attributes: attributes))
        case .text(let text): open[open.count - 1].text += text
        case .endElement:
          let node = open.removeLast()
          open[open.count - 1].children.append(node)
        }
      }
    } catch {
      throw WireError("the answer is not well-formed XML: \(error)")
    }
    guard let root = open[0].children.first else { throw WireError("the answer is empty") }
    return root
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
