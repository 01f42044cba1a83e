package import PortGroupModel
package import RowLedger
package import UnityConnection

/// Makes servers on which a restore can be tried, because nobody uses them.
///
/// Such a server must hold whatever a real server has given, also numbers outside their documented ranges.
package protocol RehearsalRoom: Sendable {
  /// Makes a server that has exactly these port groups and servers, under these ids.
  ///
  /// - Parameters:
  ///   - groups: The port groups.
  ///   - servers: Their servers; each has the id of its group in `MediaPortGroupObjectId`.
  /// - Returns: The server; it ends with its last client.
  /// - Throws: `RunStop.unsuitable` if it cannot hold them.
  func open(
    groups: [PortGroup], servers: [PortGroupServer]
  ) async throws(RunStop) -> RehearsalServer
}

/// A server of a ``RehearsalRoom``.
package struct RehearsalServer: Sendable {
  package let client: ConnectionClient
  /// How the temporary ledger names it.
  package let target: RunTarget

  package init(client: ConnectionClient, target: RunTarget) {
    self.client = client
    self.target = target
  }
}
