import BulkFiles
import PortGroupModel
import XMLStreams

/// The XML schema (XSD 1.0) of bulk files, made from the field table; `templates/` holds its text.
///
/// `cupibulk template xsd` prints it, and `validate --schema` checks files against it. It has the rules of `CellCheck`
/// for each field. Rules that XSD 1.0 cannot express, for example that a row needs a group, are not in the schema.
package enum ServerSchema {
  /// The schema as text.
  package static let text: String = {
    var text = SchemaText()
    text.open(
      "xs:schema", #"xmlns:xs="http://www.w3.org/2001/XMLSchema""#,
      documentation:
        "Bulk files of port group servers, as cupibulk reads and writes them. It checks each "
        + "field as far as a schema can; the program itself checks more.")
    list(&text)
    record(&text)
    for type in SchemaType.all { type.define(&text) }
    for type in SchemaType.fields { type.define(&text) }
    text.close("xs:schema")
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + text.lines
  }()

  /// Returns the compiled schema.
  static func compiled() -> XMLSchema {
    do throws(XMLError) {
      return try XMLSchema(text)
    } catch {
      preconditionFailure("the schema of this program is invalid: \(error)")
    }
  }

  private static func list(_ text: inout SchemaText) {
    text.open(
      "xs:element", "name=\"\(serverShape.list)\"", documentation: "The list that the API returns.")
    text.open("xs:complexType")
    text.open("xs:sequence")
    text.line("xs:element", "ref=\"\(serverShape.record)\" minOccurs=\"0\" maxOccurs=\"unbounded\"")
    text.close("xs:sequence")
    text.open(
      "xs:attribute", "name=\"total\" type=\"xs:string\"",
      documentation: "How many servers the list has; cupibulk counts them.")
    text.close("xs:attribute")
    text.line("xs:anyAttribute", "processContents=\"skip\"")
    text.close("xs:complexType")
    text.close("xs:element")
  }

  private static func record(_ text: inout SchemaText) {
    text.open(
      "xs:element", "name=\"\(serverShape.record)\"",
      documentation:
        "One server of one port group: a row. Every field may be left out, in any order.")
    text.open("xs:complexType")
    text.open("xs:all")
    for column in Column.all {
      for name in column == .ignored ? [column.name] + column.aliases : [column.name] {
        let type = SchemaType.name(of: column)
        text.open(
          "xs:element", "name=\"\(name)\" type=\"\(type)\" minOccurs=\"0\"",
          documentation: column.summary)
        text.close("xs:element")
      }
    }
    text.close("xs:all")
    text.close("xs:complexType")
    text.close("xs:element")
  }
}

extension Column {
  /// One sentence about the column, for templates and the schema.
  package var summary: String {
    switch self {
    case .field(let field): field.rule.summary
    case .match(let field): "The \(field.name) that the server has now."
    case .portGroup: "The name of the port group; MediaPortGroupObjectId gives its id instead."
    case .operation: "create, update, upsert or delete."
    case .integrationMethod: "The group's integration: 1 SCCP, 2 SIP, 3 PIMG; only compared."
    case .ignored: "Ignored."
    }
  }
}

/// Writes the text of the schema, with one tag on each line, indented by two spaces a level.
struct SchemaText {
  private(set) var lines = ""
  private var depth = 0

  mutating func open(_ name: String, _ attributes: String = "", documentation: String = "") {
    add("<" + tag(name, attributes) + ">")
    depth += 1
    guard !documentation.isEmpty else { return }
    add("<xs:annotation>")
    add("  <xs:documentation>\(documentation)</xs:documentation>")
    add("</xs:annotation>")
  }

  mutating func close(_ name: String) {
    depth -= 1
    add("</\(name)>")
  }

  mutating func line(_ name: String, _ attributes: String) {
    add("<" + tag(name, attributes) + "/>")
  }

  private func tag(_ name: String, _ attributes: String) -> String {
    attributes.isEmpty ? name : name + " " + attributes
  }

  private mutating func add(_ text: String) {
    lines += String(repeating: "  ", count: depth) + text + "\n"
  }
}
