// The two languages that the server speaks, and which one an answer is in.

import HTTPMessages
import PortGroupModel

/// What requests are written in and answers are asked for in; both carry the same fields.
package enum WireFormat: String, Sendable, CaseIterable {
  case xml
  case json

  var mediaType: String { "application/\(rawValue)" }

  /// Writes the body of a creation or an update, with these fields in this order.
  func body(_ fields: [Field], of values: FieldValues) throws(WireError) -> [UInt8] {
    switch self {
    case .xml: try XMLWire.body(fields, of: values)
    case .json: JSONWire.body(fields, of: values)
    }
  }

  /// Reads a list of objects of one type, such as `PortGroupServer`.
  static func list(_ response: HTTPResponse, of type: String) throws(WireError) -> WireList {
    switch try language(of: response) {
    case .xml: try XMLWire.list(response.body, of: type)
    case .json: try JSONWire.list(response.body, of: type)
    }
  }

  /// Reads one object of that type.
  static func object(_ response: HTTPResponse, of type: String) throws(WireError) -> WireObject {
    switch try language(of: response) {
    case .xml: try XMLWire.object(response.body, of: type)
    case .json: try JSONWire.object(response.body, of: type)
    }
  }

  /// Told by the first byte, since a content type may be missing or wrong.
  private static func language(of response: HTTPResponse) throws(WireError) -> WireFormat {
    switch response.firstVisibleByte {
    // With a byte order mark it can only be XML.
    case UInt8(ascii: "<"), 0xEF, 0xFE, 0xFF: return .xml
    case UInt8(ascii: "{"): return .json
    case nil: throw WireError("the answer is empty")
    case 0x1F: throw WireError("the answer is gzipped, which was not asked for")
    default: throw WireError("the answer is neither XML nor a JSON object")
    }
  }
}

/// Why a body cannot be read or written; one clause for people.
struct WireError: Error, Equatable {
  let detail: String

  init(_ detail: String) { self.detail = detail }
}

/// One object as it came: its fields in order; a field with parts of its own has no value here.
struct WireObject {
  var fields: [(name: String, value: FieldValue?)] = []

  subscript(name: String) -> String? { fields.first { $0.name == name }?.value?.text }
}

/// One page of a list, and how many objects there are over all pages.
struct WireList {
  var total: Int
  var objects: [WireObject] = []
}

extension HTTPResponse {
  var firstVisibleByte: UInt8? { body.first { !" \t\r\n".utf8.contains($0) } }
}
