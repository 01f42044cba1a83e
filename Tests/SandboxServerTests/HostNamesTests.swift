// The host names that a sandbox accepts, depending on the address that it listens on.

import Testing

@testable import SandboxServer

@Suite struct HostNamesTests {
  @Test(arguments: [
    ("127.0.0.1", "10.0.0.5", false), ("127.0.0.1", "lab", false), ("::1", "lab", false),
    ("localhost", "127.0.0.1", true), ("10.0.0.5", "10.0.0.5:8443", true),
    ("10.0.0.5", "127.0.0.1", true), ("10.0.0.5", "LAB", true), ("10.0.0.5", "10.0.0.6", false),
    ("10.0.0.5", "evil.example", false), ("0.0.0.0", "10.0.0.6", true),
    ("0.0.0.0", "[fd00::1]", true), ("0.0.0.0", "evil.example", false), ("::", "10.0.0.6", true),
    ("::", "[fd00::1]:8443", true), ("fd00::1", "[FD00:0::1]", true),
    ("fd00::1", "fd00::1", false), ("10.0.0.5", "", false), ("10.0.0.5", "10.0.0.5:", true),
  ])
  func `the address that the sandbox listens on decides which hosts are admitted`(
    address: String, host: String, isAdmitted: Bool
  ) {
    #expect(HostNames(listeningOn: address, machine: "lab").admit(host) == isAdmitted)
  }

  @Test func `a machine without a name admits no empty host`() {
    #expect(!HostNames(listeningOn: "10.0.0.5", machine: "").admit(""))
  }

  @Test(arguments: [
    ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("localhost", true),
    ("0.0.0.0", false), ("::", false), ("10.0.0.5", false), ("127.1", false), ("", false),
  ])
  func `an address is loopback if only this machine can reach it`(address: String, isLoopback: Bool)
  {
    #expect(SandboxListener.isLoopback(address) == isLoopback)
  }
}
