// Which names mean one target, and for which users a target is locked.

import Coordination
import PortGroupModel
import Testing

@testable import CommandLineTool

@Suite struct TargetNameTests {
  @Test(arguments: [
    ("https://localhost", "localhost:443"), ("https://127.0.0.1:8443", "localhost:8443"),
    ("http://[::1]:80", "localhost:80"), ("https://127.0.0.2", "127.0.0.2:443"),
    ("https://cuc.example", "cuc.example:443"),
    ("https://CUC.example.:443", "cuc.example:443"), ("https://[0:0:0:0:0:0:0:1]", "localhost:443"),
    ("https://[::ffff:127.0.0.1]", "localhost:443"), ("https://[::ffff:7f00:1]", "localhost:443"),
    ("https://[2001:DB8:0::1]", "2001:db8::1:443"),
  ])
  func `the names of this machine's own address are one target`(url: String, name: String) throws {
    #expect(try TargetAddress(url).name == TargetName(name))
  }

  @Test
  func `another user's sandbox with the same id does not block, but a server in the network does`()
    throws
  {
    let id = try #require(ObjectID("00000000-0000-0000-0000-000000000001"))
    for (address, isPrivate) in [
      ("http://localhost:8443", true), ("sandbox:", true), ("https://cuc.example", false),
    ] {
      #expect(
        try TargetAddress(address).name(of: id)
          == TargetName("server-\(id)", isPrivate: isPrivate))
    }
  }

  @Test func `a sandbox that the program runs is private`() throws {
    #expect(try TargetAddress("sandbox:lab.db").name.isPrivate)
    #expect(try !TargetAddress("http://localhost:8443").name.isPrivate)
  }
}
