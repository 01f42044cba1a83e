package import BulkFiles
import Digests
package import PortGroupModel

/// The text of a file of servers, without I/O: what ``ServerFileWriter`` writes; equal servers give equal bytes.
package struct ServerEncoder: ~Copyable {
  private var encoder: RecordEncoder
  private var digest = SHA256()
  private var size = 0

  /// Begins the text.
  ///
  /// - Parameters:
  ///   - format: The format of the text.
  ///   - total: The number of servers that will be added.
  package init(format: BulkFormat, total: Int) {
    encoder = RecordEncoder(format: format, layout: .servers, total: total)
  }

  /// Adds one server of a group.
  ///
  /// - Throws: `UnwritableText` if the format does not allow a text.
  package mutating func add(
    _ server: PortGroupServer, in group: PortGroup
  ) throws(UnwritableText) {
    try encoder.add(ServerCells.of(server, in: group))
  }

  /// Ends the text.
  package mutating func finish() { encoder.finish() }

  /// Returns the bytes since the last call.
  package mutating func takeBytes() -> [UInt8] {
    let bytes = encoder.takeBytes()
    digest.update(bytes.span)
    size += bytes.count
    return bytes
  }

  /// What was taken; to be called once, at the end.
  package mutating func takeDigest() -> ContentDigest {
    ContentDigest(size: size, sha256: digest.finish().hexadecimal)
  }
}

extension RecordLayout {
  /// The columns of an export.
  static let servers = RecordLayout(
    columns: Column.exported.map(\.name), shape: serverShape, emptyWord: PortGroupFiles.emptyWord)
}

/// The cells of a server in the columns of an export.
enum ServerCells {
  static func of(_ server: PortGroupServer, in group: PortGroup) -> [OutputCell] {
    Column.exported.map { column in
      switch column {
      case .portGroup: group.displayName.isEmpty ? .absent : .text(group.displayName)
      case .integrationMethod: group.integration.map { .text(String($0.rawValue)) } ?? .absent
      case .field(let field): server.fields[field].text.map { .text($0) } ?? .empty
      case .match, .operation, .ignored: .absent
      }
    }
  }
}
