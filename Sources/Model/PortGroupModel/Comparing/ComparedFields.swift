// Which fields of a server are compared between two configurations, and how.

extension Field {
  /// The fields that a configuration has: all but the ids and URIs, which another server gives differently.
  package static let compared: [Field] = writable.filter { $0 != .groupObjectID }
}

extension FieldValues {
  /// All compared fields and the id; what the server did not show is empty, because it has no value there.
  package var whole: FieldValues {
    var whole = filtered { $0 == .objectID || Field.compared.contains($0) }
    for field in Field.compared where whole[field] == .absent { whole[field] = .empty }
    return whole
  }

  /// The compared fields that are given here, in table order.
  package var known: [Field] { Field.compared.filter { self[$0] != .absent } }

  /// True if both sides know the field and have different values there.
  package func differs(from other: FieldValues, in field: Field) -> Bool {
    self[field] != .absent && other[field] != .absent && !agrees(with: other, in: field)
  }

  /// The compared fields in which both differ, in table order.
  package func differences(from other: FieldValues) -> [Field] {
    Field.compared.filter { differs(from: other, in: $0) }
  }

  /// A text that is equal for servers that agree in these fields.
  func signature(of fields: [Field]) -> String {
    fields.map { field in
      let value = canonical(field) ?? (field == .host ? Host.loopback : "")
      // The length keeps a value from looking like two.
      return "\(value.utf8.count):\(value)"
    }.joined(separator: " ")
  }
}
