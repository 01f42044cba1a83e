// The server's objects in our words.

import PortGroupModel

extension PortGroup {
  static let wireName = "PortGroup"

  init(_ object: WireObject) throws(WireError) {
    self.init(
      objectID: try object.objectID(of: Self.wireName),
      displayName: object["DisplayName"] ?? "",
      integration: object["TelephonyIntegrationMethodEnum"].flatMap { Int($0) }
        .flatMap(IntegrationMethod.init(rawValue:)),
      // ResetStatusEnum: 0 not required, 100 required, 101 in progress (reference CUPI.md §1.3).
      needsReset: object["ResetStatusEnum"] == "100")
  }
}

extension PortGroupServer {
  static let wireName = "PortGroupServer"
  private static let known = Dictionary(
    uniqueKeysWithValues: Field.allCases.map { ($0.name, $0) })

  /// Reads a server; names of fields that the model does not have are added to `unknown`.
  init(_ object: WireObject, unknown: inout Set<String>) throws(WireError) {
    var fields = FieldValues()
    for (name, value) in object.fields {
      if let field = Self.known[name], let value {
        fields[field] = value
      } else {
        unknown.insert(name)
      }
    }
    self.init(objectID: try object.objectID(of: Self.wireName), fields: fields)
  }
}

extension WireObject {
  fileprivate func objectID(of type: String) throws(WireError) -> ObjectID {
    guard let text = self["ObjectId"], let id = ObjectID(text) else {
      throw WireError("a \(type) came without a sound ObjectId")
    }
    return id
  }
}
