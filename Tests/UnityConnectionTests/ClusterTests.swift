// The machines of a cluster, as a server reports them.

import HTTPMessages
import PortGroupModel
import Testing
import UnityConnection

@Suite struct ClusterTests {
  private static let vmsServers = "/vmrest/vmsservers"
  private static let cluster = "/vmrest/cluster"

  /// Requests the cluster of a server that has only these resources.
  private func cluster(
    _ resources: [String: HTTPResponse]
  ) async throws -> [ClusterServer]? {
    let server = ScriptedServer { .success(resources[$0.target] ?? HTTPResponse(status: 404)) }
    return try await ConnectionClient(server).cluster()
  }

  @Test(arguments: [
    (
      "<VmsServers total=\"2\"><VmsServer><ServerName>cuc-pub</ServerName>"
        + "<IpAddress>10.0.0.1</IpAddress><HostName>cuc-pub.lab.example</HostName>"
        + "<ClusterMemberId>0</ClusterMemberId><ServerState>1</ServerState>"
        + "<ServerDisplayState>3</ServerDisplayState></VmsServer><VmsServer>"
        + "<ServerName>cuc-sub</ServerName><IpAddress>10.0.0.2</IpAddress>"
        + "<ServerState>8</ServerState><ServerDisplayState>4</ServerDisplayState></VmsServer>"
        + "</VmsServers>",
      [
        ClusterServer(
          name: "cuc-pub", role: .primary, hosts: ["cuc-pub.lab.example", "10.0.0.1", "cuc-pub"],
          isPublisher: true),
        ClusterServer(name: "cuc-sub", role: .secondary, hosts: ["10.0.0.2", "cuc-sub"]),
      ]
    ),
    (
      "{\"@total\":\"1\",\"VmsServer\":{\"ServerName\":\"cuc\",\"ServerState\":\"20\"}}",
      [ClusterServer(name: "cuc", role: .single, hosts: ["cuc"])]
    ),
    (
      "{\"@total\":\"1\",\"VmsServer\":{\"HostName\":\"cuc\",\"ServerDisplayState\":\"4\"}}",
      [ClusterServer(name: "cuc", role: .secondary, hosts: ["cuc"])]
    ),
    (
      "{\"@total\":\"1\",\"VmsServer\":{\"ServerName\":\"cuc\",\"ServerState\":\"5\"}}",
      [ClusterServer(name: "cuc", role: .other(5), hosts: ["cuc"])]
    ),
  ])
  func `names, roles and addresses are read`(
    body: String, servers: [ClusterServer]
  ) async throws {
    #expect(try await cluster([Self.vmsServers: .body(body)]) == servers)
  }

  @Test(arguments: ["Server", "VmsServer"])
  func `a cluster without roles has at least names`(type: String) async throws {
    let body =
      "<Servers total=\"1\"><\(type)><Key>1</Key><HostName>cuc</HostName></\(type)></Servers>"
    #expect(
      try await cluster([Self.cluster: .body(body)])
        == [ClusterServer(name: "cuc", role: .unknown, hosts: ["cuc"])])
  }

  @Test func `a server without both resources has an unknown cluster`() async throws {
    #expect(try await cluster([:]) == nil)
  }

  @Test func `after an empty list the other resource is requested`() async throws {
    #expect(try await cluster([Self.vmsServers: .body("{\"@total\":\"0\"}")]) == nil)
  }

  @Test func `a failure of the server is an error`() async throws {
    let error = await #expect(throws: ServerError.self) {
      try await cluster([Self.vmsServers: HTTPResponse(status: 500)])
    }
    #expect(error?.kind == .failed)
  }

  @Test(arguments: [
    ([(id: 1, isPublisher: true), (2, false)], 1), ([(1, false), (2, true)], 2),
    ([(1, false)], 1), ([(1, false), (2, false)], nil), ([], nil),
  ])
  func `the publisher identifies a cluster, and a single machine identifies itself`(
    machines: [(id: Int, isPublisher: Bool)], identity: Int?
  ) {
    func id(_ number: Int) -> ObjectID? { ObjectID("00000000-0000-0000-0000-00000000000\(number)") }
    let servers = machines.map { machine in
      ClusterServer(
        name: "cuc", role: .unknown, objectID: id(machine.id), isPublisher: machine.isPublisher)
    }
    #expect(servers.identity == identity.flatMap(id))
  }
}
