// An import reports servers of its groups that no row names.

import PortGroupModel
import RowLedger
import Testing

@testable import BatchEngine

@Suite struct UnnamedServersTests {
  private static func servers(_ hosts: ClosedRange<Int>) -> [PortGroupServer] {
    hosts.map { number in
      var fields = FieldValues()
      fields[.host] = .text("10.0.0.\(number)")
      return PortGroupServer(objectID: EngineRig.id(1), fields: fields)
    }
  }

  @Test(arguments: [["b", "a", "c"], ["c", "b", "a"], ["a", "b", "c"]])
  func `the first servers are named in the order of their groups`(order: [String]) {
    var unnamed = UnnamedServers()
    for name in order {
      unnamed.add(
        Self.servers(1...4),
        of: PortGroup(objectID: EngineRig.id(1), displayName: name, integration: .sip))
    }
    unnamed.add([], of: PortGroup(objectID: EngineRig.id(1), displayName: "0", integration: .sip))
    #expect(unnamed.count == 12)
    #expect(unnamed.groups == 3)
    #expect(unnamed.first.prefix(5).map(\.group) == ["a", "a", "a", "a", "b"])
    #expect(unnamed.first.prefix(5).map { $0.summary.suffix(1) } == ["1", "2", "3", "4", "1"])
  }

  @Test func `rows name a server by id, by key and by Match cells, even if they are refused`()
    async throws
  {
    var rig = try EngineRig()
    let first = (1...5).map { row(.create, host: "10.0.0.\($0)") }
    #expect(await rig.run(first).unnamedServers.count == 0)
    rig.options.maxDelete = 1
    let result = await rig.run([
      row(.create, host: "10.0.0.1", precedence: 7),
      row(.update, host: "10.0.0.22", match: "10.0.0.2"), row(.upsert, host: "10.0.0.3"),
      row(.delete, host: "10.0.0.4"),
    ])
    #expect(result.books?.failed == 2, "the delete is held back after a failure")
    #expect(result.unnamedServers.first.map(\.summary) == ["SIP proxy 10.0.0.5 port 5060 tls 5061"])
  }

  @Test func `nothing is reported if rows were left out`() async throws {
    var rig = try EngineRig()
    _ = await rig.run((1...3).map { row(.create, host: "10.0.0.\($0)") })
    rig.options.isPart = true
    #expect(await rig.run([row(.upsert, host: "10.0.0.1")]).unnamedServers == UnnamedServers())
  }
}
