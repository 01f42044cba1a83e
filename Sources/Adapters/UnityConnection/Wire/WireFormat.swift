import HTTPMessages
import PortGroupModel

/// The format of request bodies and of the requested responses; both formats have the same fields.
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
    switch try format(of: response) {
    case .xml: try XMLWire.list(response.body, of: type)
    case .json: try JSONWire.list(response.body, of: type)
    }
  }

  /// Reads one object of the type.
  static func object(_ response: HTTPResponse, of type: String) throws(WireError) -> WireObject {
    switch try format(of: response) {
    case .xml: try XMLWire.object(response.body, of: type)
    case .json: try JSONWire.object(response.body, of: type)
    }
  }

  /// The format according to the first byte, because `Content-Type` may be missing or wrong.
  private static func format(of response: HTTPResponse) throws(WireError) -> WireFormat {
    switch response.firstVisibleByte {
    // A body with a byte order mark can only be XML.
    case UInt8(ascii: "<"), 0xEF, 0xFE, 0xFF: return .xml
    case UInt8(ascii: "{"): return .json
    case nil: throw WireError("the answer is empty")
    case 0x1F: throw WireError("the answer is gzipped, which was not asked for")
    default: throw WireError("the answer is neither XML nor a JSON object")
    }
  }
}

/// Why a body cannot be read or written; one clause for users.
struct WireError: Error, Equatable {
  let detail: String

  init(_ detail: String) { self.detail = detail }
}

/// One object of a response: its fields in order; a field with nested values has the value `nil`.
struct WireObject {
  var fields: [(name: String, value: FieldValue?)] = []

  subscript(name: String) -> String? { fields.first { $0.name == name }?.value?.text }
}

/// One page of a list, and the number of objects on all pages.
struct WireList {
  var total: Int
  var objects: [WireObject] = []
}

extension HTTPResponse {
  var firstVisibleByte: UInt8? { body.first { !" \t\r\n".utf8.contains($0) } }
}
