// The question on a terminal before an exact restore: what it deletes is shown, and the number is typed.

import Foundation
import TestSupport
import Testing

@Suite struct RestoreQuestionTests {
  private let folder: TemporaryFolder
  private let sandbox: SandboxProcess
  private let terminal: TerminalSession
  private let connection: String

  init() async throws {
    folder = try TemporaryFolder()
    try folder.writeSecret("sandbox\n", to: "password")
    sandbox = try await SandboxProcess(in: folder)
    terminal = TerminalSession(folder: folder)
    connection = "--target \(sandbox.url) --username admin --password-file password"
    let export = try await folder.see(script: "cupibulk export -o backup.csv \(connection)")
    #expect(export.contains("exit 0"), "\(export)")
    try folder.write(
      """
      PortGroup,Service,MatchHost,Host,Port,TlsPort,Order
      PhoneSystem-1 SIP,102,10.10.0.11,10.99.0.1,,,
      PhoneSystem-1 SIP,102,,10.99.0.2,5060,5061,9

      """, to: "change.csv")
    let change = try await folder.see(script: "cupibulk import change.csv --yes \(connection)")
    #expect(change.contains("exit 0"), "\(change)")
  }

  private func see(_ steps: TerminalSession.Step...) async throws -> String {
    try await terminal.see(
      "restore run:last --exact --max-delete 1 --progress none \(connection)", steps)
  }

  private static let plan = """
    Restoring run:RUN onto http://127.0.0.1:PORT (version 14.0.1.0, server unity-lab), as run RUN.
    run:RUN:4: would update: SIP proxy 10.99.0.1 port 5060 tls 5061 in "PhoneSystem-1 SIP": HostOrIPAddress \
    10.99.0.1 → 10.10.0.11
    run:RUN: would delete: SIP proxy 10.99.0.2 port 5060 tls 5061 in "PhoneSystem-1 SIP"
    The plan: 1 to update, 1 to delete, 8 unchanged.
    """

  @Test func `another number sends nothing`() async throws {
    let before = try await sandbox.log().writes
    let seen = try await see(.init(prompt: "to continue: ", keys: "2\r"))
    #expect(seen.hasPrefix(Self.plan), "\(seen)")
    #expect(
      seen.contains("Nothing was sent: '2' was typed, and 1 server would be deleted"), "\(seen)")
    #expect(try await sandbox.log().writes == before)
  }

  @Test func `the number of deletes sends what was shown, and the verdict comes last`() async throws
  {
    let before = try await sandbox.log().writes
    let seen = try await see(.init(prompt: "to continue: ", keys: "1\r"))
    #expect(seen.hasPrefix(Self.plan), "\(seen)")
    #expect(seen.contains("All 6 port groups are as the source."), "\(seen)")
    #expect(try await sandbox.log().writes == before + 2)
  }

  @Test func `what another client changes while the question waits is left alone`() async throws {
    let edit = """
      printf 'PortGroup,Service,Host,Order\\nPhoneSystem-1 SIP,102,10.99.0.2,4\\n' > other.csv
      cupibulk import other.csv --yes --ledger other.sqlite \(connection)
      """
    let seen = try await see(
      .init(
        prompt: "to continue: ", keys: "1\r",
        meanwhile: { [folder] in
          let other = try await folder.see(script: edit)
          #expect(other.contains("exit 0"), "\(other)")
        }))
    #expect(seen.contains("failed[changed-since-plan]"), "\(seen)")
    #expect(seen.contains("Not as the source: 1 of 6 port groups."), "\(seen)")
    #expect(seen.contains("exit 3"), "\(seen)")
  }
}
