import PortGroupModel
import RowLedger
import UnityConnection

extension RunSetting {
  /// Asks the server for its identity, records its id, and lets the caller judge; one question a run.
  ///
  /// Of a server that does not show it, nothing is judged.
  func confirmServer(_ run: RunID, by client: PacedClient) async throws(RunStop) {
    guard let confirmServer else { return }
    let servers: [ClusterServer]
    do throws(RunStop) {
      servers = try await client.clusterServers().orStop()
    } catch .server {
      return
    }
    guard !servers.isEmpty else { return }
    let id = servers.identity
    try await confirmServer(servers, id)
    guard let id else { return }
    try await RunBook(ledger: ledger, run: run).identify(as: id)
  }
}
