package import BulkFiles
import PortGroupModel

/// A file template with one example record; a comment at the top explains the fields, if the format has one.
package enum FileTemplate: String, Sendable, CaseIterable {
  case sipProxy = "sip-proxy"
  case tftp
  case callManager = "call-manager"
  case moveHosts = "move-hosts"
  case delete

  /// Returns the template as text: headings and one example row, or one example record.
  ///
  /// The example's group does not exist on a real server, and its addresses are reserved for documentation (RFC 5737,
  /// RFC 3849). So a template that is imported by mistake changes nothing.
  package func text(_ format: BulkFormat) -> String {
    let columns = [(Column.ignored, "example: replace this record")] + example
    let cells = columns.filter { !format.hasLeadingComment || $0.0 != .ignored }
    var encoder = RecordEncoder(
      format: format,
      layout: RecordLayout(
        columns: cells.map(\.0.name), shape: serverShape, emptyWord: emptyWord),
      total: nil, comment: format.hasLeadingComment ? explanation : "")
    do throws(UnwritableText) {
      try encoder.add(cells.map { .text($0.1) })
    } catch {
      preconditionFailure("the text of a template cannot be written: \(error.message)")
    }
    encoder.finish()
    return String(decoding: encoder.takeBytes(), as: UTF8.self)
  }

  /// The columns and the example's text in each.
  private var example: [(Column, String)] {
    let group: [(Column, String)] = [(.portGroup, "Example port group")]
    switch self {
    case .sipProxy:
      return group + [
        (.field(.service), "102"), (.field(.host), "192.0.2.10"), (.field(.hostV6), "2001:db8::10"),
        (.field(.port), "5060"), (.field(.tlsPort), "5061"), (.field(.precedence), "0"),
      ]
    case .tftp:
      return group + [
        (.field(.service), "101"), (.field(.host), "192.0.2.20"), (.field(.precedence), "0"),
      ]
    case .callManager:
      return group + [
        (.field(.service), "100"), (.field(.host), "192.0.2.30"), (.field(.hostV6), "2001:db8::30"),
        (.field(.port), "2000"), (.field(.tlsPort), "2443"), (.field(.precedence), "0"),
        (.field(.skinnyStateMachine), "10"),
      ]
    case .moveHosts:
      return [(.operation, "update")] + group + [
        (.field(.service), "102"), (.match(.host), "192.0.2.10"), (.field(.host), "192.0.2.11"),
      ]
    case .delete:
      return [(.operation, "delete")] + group + [
        (.field(.service), "102"), (.field(.host), "192.0.2.10"),
      ]
    }
  }

  /// The comment at the top of XML: the meaning of each element.
  private var explanation: String {
    let lines = example.map { column, _ in "  \(column.name): \(column.summary)" }
    return "\n" + lines.joined(separator: "\n")
      + "\n  Replace the example by a PortGroupServer for each server.\n"
  }
}
