/// A field of a port group server, in the order in which files and tables show them.
///
/// ``FieldRule/table`` has the name and the rule of each, once for the whole project.
package enum Field: Int, Sendable, CaseIterable {
  case service
  case host
  case hostV6
  case port
  case tlsPort
  case precedence
  case skinnyStateMachine
  case objectID
  case groupObjectID
  case uri
  case groupURI

  /// The rule of this field.
  package var rule: FieldRule { FieldRule.table[rawValue] }

  /// The API's own name, such as `HostOrIPAddress`.
  package var name: String { rule.name }

  /// The fields that a write may carry in its body; the group's id is added to a creation automatically.
  package static let writable: [Field] = allCases.filter { $0.rule.access != .readOnly }

  /// The fields that a `Match…` column may name: those that distinguish the servers of a group.
  package static let matchable: [Field] = [.host, .hostV6, .port, .tlsPort, .precedence]
}
