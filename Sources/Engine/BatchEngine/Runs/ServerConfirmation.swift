// The confirmation of the server before a run sends anything.

import PortGroupModel
import RowLedger
import UnityConnection

extension RunSetting {
  /// Requests the server's identity, records its id, and calls `announce` and `confirmServer`; once in a run.
  ///
  /// A server that does not report its identity is not checked.
  func confirmServer(_ run: RunID, by client: PacedClient) async throws(RunStop) {
    let servers = confirmServer == nil ? [] : try await cluster(client)
    if let announce { announce(try await client.version(), servers) }
    guard let confirmServer, !servers.isEmpty || needsIdentity else { return }
    let id = servers.identity
    try await confirmServer(servers, id)
    if let limit = paceLimit?() { client.gate.lower(to: limit) }
    guard let id else { return }
    try await book(of: run).identify(as: id)
  }

  /// The machines of the cluster; empty if the server does not report them.
  private func cluster(_ client: PacedClient) async throws(RunStop) -> [ClusterServer] {
    do throws(RunStop) {
      return try await client.clusterServers().orStop()
    } catch .server {
      return []
    }
  }
}
