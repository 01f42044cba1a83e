package import BatchEngine
package import HTTPMessages
import FoundationEssentials
package import PortGroupModel
import RowLedger
package import SandboxServer
import UnityConnection

/// Rehearses restores on sandboxes in memory, without a connection.
///
/// They behave as documented, but accept every number and fill in no ports: a server has given what is restored, so that
/// it is as it must be, however odd.
package struct SandboxRoom: RehearsalRoom {
  /// Stands between the client and its sandbox; tests use it to make the sandbox misbehave.
  private let wrap: @Sendable (Sandbox) -> any HTTPExchanging

  package init(over wrap: @escaping @Sendable (Sandbox) -> any HTTPExchanging = { $0 }) {
    self.wrap = wrap
  }

  package func open(
    groups: [PortGroup], servers: [PortGroupServer]
  ) async throws(RunStop) -> RehearsalServer {
    // A client hides its password in everything that it reads: a host may be named as the usual one of sandboxes.
    let password = UUID().uuidString
    var habits = SandboxHabits()
    habits.takesAnyNumber = true
    habits.defaultPorts = .none
    do throws(SandboxError) {
      let sandbox = try Sandbox(
        state: .memory,
        configuration: SandboxConfiguration(seed: .none, password: password, habits: habits))
      try sandbox.load(groups: groups, servers: servers)
      let client = ConnectionClient(
        server: "the sandbox", over: wrap(sandbox),
        credentials: Credentials(username: "admin", password: Secret(password)))
      return RehearsalServer(client: client, target: RunTarget(url: "the sandbox"))
    } catch {
      throw .unsuitable("\(error)".withoutFullStop)
    }
  }
}
