// The closing verdict of a restore: whether the port groups now are as the source.

import BatchEngine
import PortGroupModel

extension RestoreVerdict {
  /// The maximum number of servers that are shown of one group.
  private static let servers = 5

  /// Prints one sentence to standard output, and what differs to standard error.
  func report(on console: Console) {
    console.print(console.output.styled(sentence, isSame ? .green : .yellow))
    for group in first {
      console.note("  \(group.group.displayName.quoted.escapedForDisplay) is not as the source:")
      for text in group.texts.prefix(Self.servers) {
        console.note("    " + text.escapedForDisplay)
      }
      let more = group.count - Self.servers
      if more > 0 { console.note("    … and \(Quantity.count(more, "more server"))") }
    }
    let more = different - first.count
    if more > 0 { console.note("  … and \(Quantity.count(more, "more port group"))") }
    if !isExact, !isPart, first.contains(where: \.hasSurplus) {
      console.note("    hint: --exact also deletes the servers that the source lacks")
    }
  }

  /// Whether the groups are as the source, in one or a few sentences.
  var sentence: String {
    let total = same + different + unread
    var sentences: [String] = []
    if total == 0 {
      sentences.append("No port group was compared with the source.")
    } else if different > 0 {
      sentences.append(
        "Not as the source: \(Quantity.count(different)) of \(Quantity.count(total, "port group"))."
      )
    } else if isPart {
      sentences.append("Not as the source: rows of it were left out; the others are as it says.")
    } else if same == total {
      sentences.append(
        total == 1
          ? "The port group is as the source."
          : "All \(Quantity.count(total, "port group")) are as the source.")
    } else {
      sentences.append(
        "As the source: \(Quantity.count(same)) of \(Quantity.count(total, "port group")).")
    }
    if isPart, different > 0 { sentences.append("Rows of the source were left out.") }
    if unread > 0 {
      sentences.append("Not compared, because it cannot be read: \(Quantity.count(unread)).")
    }
    if missing > 0 {
      sentences.append(
        "Left out, because the target lacks \(missing == 1 ? "it" : "them"): "
          + "\(Quantity.count(missing, "port group")) of the source.")
    }
    return sentences.joined(separator: " ")
  }
}

extension RestoreVerdict.Group: JSONObject {
  static let keys: [JSONKey<RestoreVerdict.Group>] = [
    JSONKey("PortGroup", "its name", \.group.displayName),
    JSONKey("MediaPortGroupObjectId", "its id", \.group.objectID.text),
    JSONKey("why", "what differs") { $0.texts.joined(separator: "; ") },
  ]

  /// What differs, a text a server.
  fileprivate var texts: [String] {
    count == 0
      ? ["the target does not have the group any more"]
      : differences.map { $0.text(in: group.integration) }
  }

  /// True if the group has servers that an exact restore would delete.
  fileprivate var hasSurplus: Bool {
    group.integration != .pimg
      && differences.contains { difference in
        guard case .added(let server) = difference, let service = server.service else {
          return false
        }
        return RemoteService.restorable.contains(service)
      }
  }
}

extension GroupComparison.Difference {
  /// What differs in a group of this integration, where the source is the old side and the target the new one.
  func text(in integration: IntegrationMethod?) -> String {
    switch self {
    case .removed(let server): return "it lacks \(server.title)"
    case .added(let server):
      let isRestorable = server.service.map(RemoteService.restorable.contains) ?? false
      let reason =
        integration == .pimg
        ? ", and the servers of a PIMG group cannot be changed"
        : isRestorable ? "" : ", and servers of this service are not deleted"
      return "it has \(server.summary), which the source lacks\(reason)"
    case .changed(let source, let target, let fields):
      let values = fields.map { field in
        "\(field.name) is \(target[field].text ?? "empty") and not \(source[field].text ?? "empty")"
      }
      return "\(target.summary): \(values.joined(separator: ", "))"
    }
  }
}

extension FieldValues {
  /// The server for users; one of which a file gives only the id, by that.
  fileprivate var title: String {
    let hasHost = self[.host].text != nil || self[.hostV6].text != nil
    return hasHost ? summary : objectID.map { "the server \($0)" } ?? summary
  }
}
