// Converts the server's objects to the types of the model.

import PortGroupModel

extension PortGroup {
  static let wireName = "PortGroup"

  init(_ object: WireObject) throws(WireError) {
    let method = try object.text("TelephonyIntegrationMethodEnum", of: Self.wireName)
    self.init(
      objectID: try object.objectID(of: Self.wireName),
      displayName: try object.text("DisplayName", of: Self.wireName) ?? "",
      integration: method.flatMap { Int($0) }.flatMap(IntegrationMethod.init(rawValue:)),
      // ResetStatusEnum: 0 not required, 100 required, 101 in progress (reference CUPI.md §1.3).
      needsReset: try object.text("ResetStatusEnum", of: Self.wireName) == "100")
  }
}

extension PortGroupServer {
  static let wireName = "PortGroupServer"
  private static let known = Dictionary(
    uniqueKeysWithValues: Field.allCases.map { ($0.name, $0) })
  private static let knownInLowerCase = Dictionary(
    uniqueKeysWithValues: Field.allCases.map { ($0.name.lowercased(), $0) })

  /// Reads a server; names of fields that the model does not have are added to `unknown`.
  ///
  /// A known field that cannot be read is an error: if it were treated as absent, the server would not be
  /// recognized, and would be created a second time.
  init(_ object: WireObject, unknown: inout Set<String>) throws(WireError) {
    var fields = FieldValues()
    for (name, value) in object.fields {
      guard let field = Self.known[name] else {
        if let field = Self.knownInLowerCase[name.lowercased()] {
          throw WireError(
            "a \(Self.wireName) has the field \(name) where the API has \(field.name)")
        }
        unknown.insert(name)
        continue
      }
      guard let value else { throw .noScalar(name, of: Self.wireName) }
      guard fields[field] == .absent else { throw .twice(name, of: Self.wireName) }
      fields[field] = value
    }
    self.init(objectID: try object.objectID(of: Self.wireName), fields: fields)
  }
}

extension WireError {
  fileprivate static func noScalar(_ name: String, of type: String) -> WireError {
    WireError("the field \(name) of a \(type) holds other fields or a list, and not one value")
  }

  fileprivate static func twice(_ name: String, of type: String) -> WireError {
    WireError("the field \(name) occurs twice in a \(type)")
  }
}

extension WireObject {
  /// The value of a field that the program uses; `nil` if the field is missing or empty.
  fileprivate func text(_ name: String, of type: String) throws(WireError) -> String? {
    var found: FieldValue?
    for field in fields where field.name == name {
      guard let value = field.value else { throw .noScalar(name, of: type) }
      guard found == nil else { throw .twice(name, of: type) }
      found = value
    }
    return found?.text
  }

  fileprivate func objectID(of type: String) throws(WireError) -> ObjectID {
    guard let text = try text("ObjectId", of: type), let id = ObjectID(text) else {
      throw WireError("a \(type) came without a sound ObjectId")
    }
    return id
  }
}
