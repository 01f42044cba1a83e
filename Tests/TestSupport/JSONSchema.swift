package import JSONStreams

/// A JSON Schema (draft 2020-12) of the few keywords that the documents of this project use.
///
/// A keyword that it does not know is a problem: otherwise a schema could demand what no test checks.
package struct JSONSchema {
  private let root: JSONValue

  /// Parses a schema.
  ///
  /// - Throws: `JSONError` if the text is not JSON.
  package init(_ text: String) throws { root = try JSONValue(parsing: Array(text.utf8)) }

  /// What is wrong with a value, each problem with its place; empty if it is as the schema says.
  package func problems(of value: JSONValue) -> [String] { problems(of: value, root, at: "$") }

  private func problems(of value: JSONValue, _ schema: JSONValue, at place: String) -> [String] {
    guard case .object(let keywords) = schema else { return ["\(place): not a schema"] }
    return keywords.flatMap { keyword, rule -> [String] in
      switch (keyword, rule) {
      case ("$schema", _), ("$defs", _), ("title", _): return []
      case ("$ref", .string(let path)):
        let name = String(path.dropFirst("#/$defs/".count))
        guard let part = root["$defs"]?[name] else { return ["\(place): there is no \(path)"] }
        return problems(of: value, part, at: place)
      case ("type", .string(let name)):
        return value.isOf(name) ? [] : ["\(place): not of type \(name)"]
      case ("type", .array(let names)):
        return names.contains { value.isOf($0.text ?? "") } ? [] : ["\(place): not of its types"]
      case ("const", let other): return value.equals(other) ? [] : ["\(place): not the constant"]
      case ("enum", .array(let others)):
        return others.contains(where: value.equals) ? [] : ["\(place): not one of the words"]
      case ("required", .array(let names)):
        guard case .object = value else { return [] }
        return names.compactMap(\.text).filter { value[$0] == nil }.map {
          "\(place): \($0) is missing"
        }
      case ("properties", .object(let properties)):
        return properties.flatMap { name, part in
          value[name].map { problems(of: $0, part, at: "\(place).\(name)") } ?? []
        }
      case ("additionalProperties", let rest):
        guard case .object(let members) = value else { return [] }
        let known = schema["properties"].map(\.names) ?? []
        return members.filter { !known.contains($0.key) }.flatMap { member in
          if case .bool(false) = rest { return ["\(place): \(member.key) is not known"] }
          return problems(of: member.value, rest, at: "\(place).\(member.key)")
        }
      case ("items", let part):
        guard case .array(let elements) = value else { return [] }
        return elements.enumerated().flatMap { index, element in
          problems(of: element, part, at: "\(place)[\(index)]")
        }
      case ("minItems", .number(let text)):
        guard case .array(let elements) = value, let least = Int(text) else { return [] }
        return elements.count < least ? ["\(place): has too few elements"] : []
      case ("maxItems", .number(let text)):
        guard case .array(let elements) = value, let most = Int(text) else { return [] }
        return elements.count > most ? ["\(place): has too many elements"] : []
      default: return ["\(place): the keyword \(keyword) is not known"]
      }
    }
  }
}

extension JSONValue {
  /// The names of an object's members.
  fileprivate var names: Set<String> {
    if case .object(let members) = self { Set(members.map(\.key)) } else { [] }
  }

  fileprivate func isOf(_ type: String) -> Bool {
    switch (type, self) {
    case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool),
      ("null", .null), ("number", .number):
      true
    case ("integer", .number(let text)): Int(text) != nil
    default: false
    }
  }

  /// Compares texts, numbers as they are written, and the words; objects and lists are never equal.
  fileprivate func equals(_ other: JSONValue) -> Bool {
    switch (self, other) {
    case (.string(let own), .string(let text)): own.utf8.elementsEqual(text.utf8)
    case (.number(let own), .number(let text)): own == text
    case (.bool(let own), .bool(let flag)): own == flag
    case (.null, .null): true
    default: false
    }
  }
}
