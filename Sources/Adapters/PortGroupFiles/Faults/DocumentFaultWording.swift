// The words for faults of XML and JSON documents.

import BulkFiles
import PortGroupModel

extension FaultWording {
  static func document(_ fault: DocumentFault) -> FaultWording {
    switch fault {
    case .malformedXML(let message, let hint), .malformedJSON(let message, let hint):
      FaultWording(message, hint: Hint(hint))
    case .violation(let message, _): FaultWording(message, hint: Hint("", .printSchema))
    case .unexpectedRoot(let found, let shape):
      FaultWording(
        "found \(found) where \(shape.list) or \(shape.record) is expected",
        hint: hint(aboutRoot: found))
    case .notARecord(let found, let shape):
      FaultWording(
        "found \(found) where \(shape.record) is expected",
        hint: "a list can only contain records; remove it, or make it one")
    case .duplicate(let name):
      FaultWording("\(name) is there twice in one record", hint: "keep one of them")
    case .duplicateInList(let name):
      FaultWording("\(name) is there twice in one list", hint: "keep one of them")
    case .nested(let name):
      FaultWording(
        "\(name) contains something other than text",
        hint: name == "errors" ? errorAnswer : "write the value itself")
    case .looseText(let element):
      FaultWording(
        "there is text directly within \(element)",
        hint: "each value needs an element of its own, such as <Port>5060</Port>")
    case .attribute(let name, let element):
      FaultWording(
        "\(element) has an attribute \(name), which is not read",
        hint: "write it as an element of the record")
    }
  }

  private static let errorAnswer: Hint =
    "this is an error answer of the server, and no list of servers: read its message"

  /// The hint for an element, as `<name>`, or a key, as `"name"`, of another answer of the API.
  private static func hint(aboutRoot found: String) -> Hint {
    switch found.filter({ !"<>\"".contains($0) }) {
    case "ErrorDetails": errorAnswer
    case "PortGroups", "PortGroup":
      Hint(
        "these are port groups, and not their servers: fetch …/portgroups/ID/portgroupservers",
        .exportServers)
    default: Hint("", .template)
    }
  }
}
