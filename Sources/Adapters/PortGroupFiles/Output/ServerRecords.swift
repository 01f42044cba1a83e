import BulkFiles
package import PortGroupModel

/// Servers as records of a CSV file that can be imported; for rows that come from no file.
package enum ServerRecords {
  private static let columns: [Column] = [.operation] + Column.exported

  /// The dialect of these records.
  package static var dialect: FileDialect {
    FileDialect(format: .csv, headings: columns.map(\.name))
  }

  /// One server as a record, without a line end.
  ///
  /// - Parameters:
  ///   - fields: The server; empty fields are written in the form that clears them.
  ///   - group: Its port group.
  ///   - operation: What to do with it.
  /// - Returns: The record; empty if CSV does not allow one of its values.
  package static func text(
    _ fields: FieldValues, in group: PortGroup, _ operation: Operation
  ) -> String {
    let cells: [OutputCell] = columns.map { column in
      switch column {
      case .operation: .text(operation.rawValue)
      case .portGroup: .text(group.displayName)
      case .integrationMethod: group.integration.map { .text(String($0.rawValue)) } ?? .absent
      case .field(.groupObjectID): .text(group.objectID.text)
      case .field(let field):
        switch fields[field] {
        case .absent: .absent
        case .empty: .empty
        case .text(let text): .text(text)
        }
      case .match, .ignored: .absent
      }
    }
    let layout = RecordLayout(
      columns: columns.map(\.name), shape: serverShape, emptyWord: emptyWord)
    var encoder = RecordEncoder(format: .csv, layout: layout, total: nil)
    _ = encoder.takeBytes()
    do throws(UnwritableText) { try encoder.add(cells) } catch { return "" }
    var bytes = encoder.takeBytes()
    while bytes.last == 0x0A || bytes.last == 0x0D { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
