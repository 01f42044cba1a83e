import Foundation
import TestSupport
import Testing

/// A password is typed on a terminal, and requested only when it is needed.
@Suite struct TypedPasswordTests {
  private let folder: TemporaryFolder
  private let sandbox: SandboxProcess

  init() async throws {
    folder = try TemporaryFolder()
    try folder.write("PortGroup,Service,Host\nPhoneSystem-1 SIP,102,h.example\n", to: "rows.csv")
    sandbox = try await SandboxProcess(in: folder)
  }

  /// Imports on a new terminal, types the keys at the prompt, and returns what the terminal showed.
  private func see(
    _ file: String, typing keys: String, _ more: [TerminalSession.Step] = []
  ) async throws -> String {
    try await TerminalSession(folder: folder).see(
      "import \(file) --target \(sandbox.url) --username admin --progress none",
      [TerminalSession.Step(prompt: "Password of admin at 127.0.0.1: ", keys: keys)] + more)
  }

  @Test func `a typed password is sent, and not shown`() async throws {
    #expect(
      try await see(
        "rows.csv", typing: "sandbox\r",
        [TerminalSession.Step(prompt: "Continue? [y/N] ", keys: "y\r")]) == """
          Password of admin at 127.0.0.1:\(" ")
          Importing rows.csv into http://127.0.0.1:PORT (version 14.0.1.0, server unity-lab), as run RUN.
          rows.csv:2: would create: SIP proxy h.example in "PhoneSystem-1 SIP"
          The plan: 1 to create.
          Continue? [y/N] y
          Done: 1 row, nothing failed.
            created  1
            read     1
          2 servers of this port group are in no row, and stay as they are:
            SIP proxy 10.10.0.11 port 5060 tls 5061 in "PhoneSystem-1 SIP"
            SIP proxy 10.10.0.12 port 5060 tls 5061 in "PhoneSystem-1 SIP"
          Reset these port groups before the changes take effect:
            PhoneSystem-1 SIP
          Every row: cupibulk runs rows RUN
          exit 0
          """)
  }

  @Test(arguments: ["\r", "oops\u{15}\r", "\u{4}"])
  func `an empty password is refused, and not sent`(keys: String) async throws {
    #expect(
      try await see("rows.csv", typing: keys) == """
        Password of admin at 127.0.0.1:\(" ")
        Importing rows.csv into http://127.0.0.1:PORT, as run RUN.
        cupibulk: The password that was typed for 127.0.0.1 is empty
            hint: run the command again, and type it before Enter
        exit 7
        """)
    #expect(try await sandbox.log().requests == [:])
  }

  @Test func `Ctrl-C at the prompt ends the program`() async throws {
    #expect(
      try await see("rows.csv", typing: "sand\u{3}") == """
        Password of admin at 127.0.0.1:\(" ")
        Importing rows.csv into http://127.0.0.1:PORT, as run RUN.
        exit 130
        """)
    #expect(try await sandbox.log().requests == [:])
    #expect(try await folder.holdsOnlyAttempts(), "the attempt has its end")
  }

  @Test func `a missing file is reported before the prompt`() async throws {
    #expect(
      try await see("missing.csv", typing: "sandbox\r") == """
        Importing missing.csv into http://127.0.0.1:PORT, as run RUN.
        missing.csv: error[file-unreadable]: there is no such file
            hint: check the name and the folder
        1 error
        cupibulk: Nothing was sent: the input cannot be read
        exit 4
        """)
    #expect(try await sandbox.log().requests == [:])
  }
}
