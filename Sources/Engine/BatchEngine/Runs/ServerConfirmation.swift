// The confirmation of the server before a run sends anything.

import PortGroupModel
import RowLedger
import UnityConnection

extension RunSetting {
  /// Requests the server's identity, records its id, and calls `confirmServer`; once in a run.
  ///
  /// A server that does not report its identity is not checked.
  func confirmServer(_ run: RunID, by client: PacedClient) async throws(RunStop) {
    guard let confirmServer else { return }
    let servers: [ClusterServer]
    do throws(RunStop) {
      servers = try await client.clusterServers().orStop()
    } catch .server where !needsIdentity {
      return
    } catch .server {
      servers = []
    }
    guard !servers.isEmpty || needsIdentity else { return }
    let id = servers.identity
    try await confirmServer(servers, id)
    if let limit = paceLimit?() { client.gate.lower(to: limit) }
    guard let id else { return }
    try await book(of: run).identify(as: id)
  }
}
