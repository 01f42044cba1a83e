// The body of a create or update request, taken apart into named texts.

import JSONStreams
import XMLStreams

extension BodyFormat {
  /// The largest number of fields that a body may name.
  private static let fieldLimit = 1000

  /// Reads the fields of one object of the given type.
  ///
  /// XML is a root of that name with one flat element a field; of two equal elements the last counts.
  /// JSON is a bare object, or one wrapped in the type's name; numbers, truth values and `null` count as text.
  ///
  /// - Throws: 400 for an empty body, one that is not well-formed, too deep, or of another shape.
  func readFields(_ body: [UInt8], type: String) throws(Refusal) -> [String: String] {
    guard !body.isEmpty else {
      throw Refusal(400, .badRequest, "The request has no body; send a \(type)")
    }
    switch self {
    case .xml: return try Self.readXML(body, type)
    case .json: return try Self.readJSON(body, type)
    }
  }

  private static func readXML(_ body: [UInt8], _ type: String) throws(Refusal) -> [String: String] {
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
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal(400, .badRequest, "The body is not XML that can be read: \(error)")
    }
    return fields
  }

  private static func readJSON(_ body: [UInt8], _ type: String) throws(Refusal) -> [String: String]
  {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: body, limits: JSONLimits(depth: 8))
    } catch {
      throw Refusal(400, .badRequest, "The body is not JSON that can be read: \(error)")
    }
    guard case .object(var members) = value else {
      throw Refusal(400, .badRequest, "The body is not a JSON object")
    }
    if members.count == 1, members[0].key == type, case .object(let wrapped) = members[0].value {
      members = wrapped
    }
    guard members.count <= fieldLimit else {
      throw Refusal(400, .badRequest, "The body has more than \(fieldLimit) fields")
    }
    var fields: [String: String] = [:]
    for (key, value) in members {
      switch value {
      case .object, .array:
        throw Refusal(400, .badRequest, "\(printable(key)) must hold a text or a number")
      case .null: fields[key] = ""
      case .string, .number, .bool: fields[key] = value.text
      }
    }
    return fields
  }

  private static func shape(_ sentence: String, _ position: TextPosition) -> Refusal {
    Refusal(400, .badRequest, "The body is not as it should be: line \(position.line): \(sentence)")
  }
}
