import BatchEngine
import PortGroupModel

/// One line of the text of a comparison: a server that was added, removed or changed, or a group that one side lacks.
struct DiffLine: Hashable {
  enum Kind: Int, Hashable {
    case lacking
    case removed
    case changed
    case added

    /// The sign before the line.
    var sign: String {
      switch self {
      case .lacking: "!"
      case .removed: "-"
      case .changed: "~"
      case .added: "+"
      }
    }

    var style: Style {
      switch self {
      case .lacking, .changed: .yellow
      case .removed: .red
      case .added: .green
      }
    }
  }

  let kind: Kind
  let text: String

  /// The line for a difference.
  init(_ difference: GroupComparison.Difference) {
    switch difference {
    case .removed(let server): self.init(.removed, Self.server(server))
    case .added(let server): self.init(.added, Self.server(server))
    case .changed(let old, let new, let fields):
      let list = fields.map { field in
        "\(field.name) \(Self.shown(old[field])) → \(Self.shown(new[field]))"
      }
      self.init(.changed, "\(old.summary): " + list.joined(separator: ", "))
    }
  }

  init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text.escapedForDisplay
  }

  /// The lines of a group.
  ///
  /// - Parameters:
  ///   - difference: What differs in the group.
  ///   - old: The old side for users.
  ///   - new: The new side for users.
  /// - Returns: One line for each difference; no line for a group that is the same.
  static func lines(_ difference: GroupDifference, _ old: String, _ new: String) -> [DiffLine] {
    guard !difference.isSame else { return [] }
    var lines: [DiffLine] = []
    if !difference.isInOld { lines.append(DiffLine(.lacking, "not in \(old)")) }
    if !difference.isInNew { lines.append(DiffLine(.lacking, "not in \(new)")) }
    return lines + difference.comparison.differences.map { DiffLine($0) }
  }

  /// `SIP proxy 10.1.1.1 port 5060 tls 5061, IPv6 2001:db8::1, precedence 1`.
  private static func server(_ server: FieldValues) -> String {
    var text = server.summary
    if let host = server[.hostV6].text, server[.host].text != nil { text += ", IPv6 \(host)" }
    if let precedence = server[.precedence].text { text += ", precedence \(precedence)" }
    if let skinny = server[.skinnyStateMachine].text { text += ", skinny state machine \(skinny)" }
    return text
  }

  private static func shown(_ value: FieldValue) -> String { value.text ?? "(empty)" }
}
