/// What one field holds, in a file or on the server.
package enum FieldValue: Sendable, Hashable {
  /// The field is not there: on the way in it is left alone.
  case absent
  /// The field is there and holds nothing: on the way in it is emptied.
  case empty
  /// Never the empty text.
  case text(String)

  /// The text, or `nil` where there is none.
  package var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// `empty` for an empty text, else `text`.
  package init(text: String) { self = text.isEmpty ? .empty : .text(text) }
}

/// The values of one server's fields, by field; fields not set are `absent`.
package struct FieldValues: Sendable, Equatable {
  private var values: InlineArray<11, FieldValue> = InlineArray(repeating: .absent)

  package init() {}

  package subscript(field: Field) -> FieldValue {
    get { values[field.rawValue] }
    set { values[field.rawValue] = newValue }
  }

  /// The fields that are not absent, in table order.
  package var present: [Field] { Field.allCases.filter { self[$0] != .absent } }

  package var isEmpty: Bool { present.isEmpty }

  /// The fields of this value that `keep` allows; the rest become absent.
  package func filtered(_ keep: (Field) -> Bool) -> FieldValues {
    var result = FieldValues()
    for field in present where keep(field) { result[field] = self[field] }
    return result
  }

  package static func == (left: FieldValues, right: FieldValues) -> Bool {
    Field.allCases.allSatisfy { left[$0] == right[$0] }
  }
}

extension FieldValues: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (Field, FieldValue)...) {
    for (field, value) in elements { self[field] = value }
  }
}

extension FieldValue: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) { self.init(text: value) }
}

extension FieldValues {
  /// The service, where the field holds a number that we know.
  package var service: RemoteService? {
    self[.service].text.flatMap { Int($0) }.flatMap(RemoteService.init(rawValue:))
  }

  /// The text that stands for the server in messages: the host, else the IPv6 host, else loopback.
  package var hostText: String { self[.host].text ?? self[.hostV6].text ?? Host.loopback }

  /// One line for people, such as `SIP proxy 10.1.1.1 port 5060 tls 5061`.
  package var summary: String {
    var parts: [String] = []
    if let service { parts.append(service.title) }
    parts.append(hostText)
    if let port = self[.port].text { parts.append("port \(port)") }
    if let port = self[.tlsPort].text { parts.append("tls \(port)") }
    return parts.joined(separator: " ")
  }

  /// True if both hold the same in this field: hosts in canonical form, numbers as numbers.
  ///
  /// Absent and empty are the same here: the server shows an unset field either way. An unset IPv4
  /// host is 127.0.0.1, which the server stores in its place.
  package func agrees(with other: FieldValues, in field: Field) -> Bool {
    guard field == .host else { return canonical(field) == other.canonical(field) }
    return canonical(field) ?? Host.loopback == other.canonical(field) ?? Host.loopback
  }

  /// The form in which the field's value compares; `nil` where there is none.
  package func canonical(_ field: Field) -> String? {
    guard let text = self[field].text else { return nil }
    switch field.rule.kind {
    case .host, .hostV6: return Host.canonical(text)
    case .objectID: return text.lowercased()
    case .integer, .enumeration: return Int(text).map(String.init) ?? text
    case .uri: return text
    }
  }
}
