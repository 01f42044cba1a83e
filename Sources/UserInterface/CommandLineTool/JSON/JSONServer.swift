import PortGroupModel

/// A server with its id and the fields that are compared; null for what is not known, empty for an empty field.
struct ComparedServer: JSONObject {
  let values: FieldValues

  static let keys: [JSONKey<ComparedServer>] = ([.objectID] + Field.compared).map { field in
    JSONKey(field.name, field.meaning) { $0.values.text(of: field) }
  }
}

/// A server with every field of the API.
struct WholeServer: JSONObject {
  let values: FieldValues

  static let keys: [JSONKey<WholeServer>] = Field.allCases.map { field in
    JSONKey(field.name, field.meaning) { $0.values.text(of: field) }
  }
}

extension FieldValues {
  /// The text of a field; empty if the field is, `nil` if it is not known.
  func text(of field: Field) -> String? {
    self[field] == .absent ? nil : self[field].text ?? ""
  }
}

extension Field {
  /// What the field is, as a clause.
  fileprivate var meaning: String {
    let text = rule.summary
    return text.utf8.last == UInt8(ascii: ".") ? String(text.utf8.dropLast()) ?? text : text
  }
}
