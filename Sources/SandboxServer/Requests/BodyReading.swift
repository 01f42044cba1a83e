// Parses the body of a create or update request into named values.

import JSONStreams
import XMLStreams

extension BodyFormat {
  /// The maximum number of fields in a body.
  private static let fieldLimit = 1000

  /// Reads the fields of one object of the given type.
  ///
  /// In XML, the root element has the type's name and one flat element per field; the last of two equal
  /// elements counts. In JSON, the object is bare or wrapped in a member with the type's name; numbers,
  /// Boolean values and `null` are converted to text.
  ///
  /// - Throws: A refusal with status 400 if the body is empty, not well-formed, too deep, or structured otherwise.
  func readFields(_ body: [UInt8], type: String) throws(RequestRefusal) -> [String: String] {
    guard !body.isEmpty else {
      throw RequestRefusal(400, .badRequest, "The request has no body; send a \(type)")
    }
    switch self {
    case .xml: return try Self.readXML(body, type)
    case .json: return try Self.readJSON(body, type)
    }
  }

  private static func readXML(_ body: [UInt8], _ type: String) throws(RequestRefusal) -> [String:
    String]
  {
    var fields: [String: String] = [:]
    var path: [String] = []
    var text = ""
    do {
      try parseXML(body, limits: XMLLimits(depth: 8, names: fieldLimit)) { event in
        switch event {
        case .startElement(let name, _, let position):
          if path.isEmpty, name != type {
            throw shape("<\(printable(name))> is not a \(type)", position)
          }
          if path.count > 1 { throw shape("\(printable(path[1])) must hold text alone", position) }
          path.append(name)
          text = ""
        case .text(let piece): text += piece
        case .endElement:
          let name = path.removeLast()
          if path.count == 1 { fields[name] = text }
        }
      }
    } catch let refusal as RequestRefusal {
      throw refusal
    } catch {
      throw RequestRefusal(400, .badRequest, "The body is not XML that can be read: \(error)")
    }
    return fields
  }

  private static func readJSON(_ body: [UInt8], _ type: String) throws(RequestRefusal) -> [String:
    String]
  {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: body, limits: JSONLimits(depth: 8))
    } catch {
      throw RequestRefusal(400, .badRequest, "The body is not JSON that can be read: \(error)")
    }
    guard case .object(var members) = value else {
      throw RequestRefusal(400, .badRequest, "The body is not a JSON object")
    }
    if members.count == 1, members[0].key == type, case .object(let wrapped) = members[0].value {
      members = wrapped
    }
    guard members.count <= fieldLimit else {
      throw RequestRefusal(400, .badRequest, "The body has more than \(fieldLimit) fields")
    }
    var fields: [String: String] = [:]
    for (key, value) in members {
      switch value {
      case .object, .array:
        throw RequestRefusal(400, .badRequest, "\(printable(key)) must hold a text or a number")
      case .null: fields[key] = ""
      case .string, .number, .bool: fields[key] = value.text
      }
    }
    return fields
  }

  private static func shape(_ sentence: String, _ position: TextPosition) -> RequestRefusal {
    RequestRefusal(
      400, .badRequest, "The body is not as it should be: line \(position.line): \(sentence)")
  }
}
