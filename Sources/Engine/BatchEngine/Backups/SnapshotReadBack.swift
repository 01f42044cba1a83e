import PortGroupFiles
import PortGroupModel
import RowLedger
import SnapshotRepository

/// Compares the servers of an object, read as a restore will read them, with those that the target has shown.
struct SnapshotReadBack {
  let repository: Repository
  let object: Manifest.Object

  /// Reads the object to its end.
  ///
  /// - Throws: `RunStop.repository` if a server is missing, or differs in its group or any compared field.
  func compare(with pass: ServerReading.Pass) async throws(RunStop) {
    let path: String
    do throws(RepositoryFault) { path = try repository.path(ofObject: object.sha256) } catch {
      throw .repository(error)
    }
    var servers = try await pass.book.exportedServers()
    var page: ArraySlice<ExportedServer> = []
    var read = ReadRow()
    let difference = RunStop.repository(RepositoryFault(.readBack(path)))
    var options = InputOptions()
    options.allowed = DiagnosticCode.ofServerValues
    guard let reader = try? RowReader(path: path, options: options) else { throw difference }
    while true {
      if page.isEmpty { page = try await servers.next()[...] }
      guard let isRead = try? reader.next(&read) else { throw difference }
      guard let expected = page.popFirst() else {
        if isRead { throw difference }
        return
      }
      guard isRead, let row = read.row, Self.isSame(row, expected) else { throw difference }
    }
  }

  private static func isSame(_ row: Row, _ expected: ExportedServer) -> Bool {
    row.group.objectID == expected.group.objectID
      && row.group.integration == expected.group.integration
      && row.group.name ?? "" == expected.group.displayName
      && row.fields.whole == expected.server.fields.whole
  }
}
