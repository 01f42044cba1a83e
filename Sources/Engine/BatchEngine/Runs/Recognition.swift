import PortGroupModel
import RowLedger
import UnityConnection

extension RunSetting {
  /// Asks the server who it is, books its id, and lets the caller judge; one question a run.
  ///
  /// A server that does not tell is as good as any: nothing is judged then.
  func recognise(_ run: RunID, by client: PacedClient) async throws(RunStop) {
    guard let recognise else { return }
    let servers: [ClusterServer]
    do throws(RunStop) {
      servers = try await client.clusterServers().orStop()
    } catch .server {
      return
    }
    guard !servers.isEmpty else { return }
    let id = servers.identity
    try await recognise(servers, id)
    guard let id else { return }
    try await journaled { () async throws(LedgerError) in try await ledger.identify(run, as: id) }
  }
}
