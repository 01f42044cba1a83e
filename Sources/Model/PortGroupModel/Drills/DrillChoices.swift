// Which servers a drill may damage, and the hosts that it gives them.

extension DrilledGroup {
  /// The indices of the servers that a restore may create, change and delete.
  var writable: [Int] {
    guard group.integration != .pimg else { return [] }
    return servers.indices.filter { index in
      servers[index].service.map(RemoteService.restorable.contains) ?? false
    }
  }

  /// The servers whose host is shared only by servers that have values in the same fields.
  ///
  /// Of two others under other ids, a restore may take one for the other, and a value can be put where none is, but not be
  /// removed.
  func changeable(of indices: [Int]) -> [Int] {
    var forms: [HostKey: Set<[Field]>] = [:]
    for case let fields in servers.map(\.fields) {
      for key in fields.hostKeys { forms[key, default: []].insert(fields.fixedFields) }
    }
    return indices.filter { index in
      servers[index].fields.hostKeys.allSatisfy { forms[$0]?.count == 1 }
    }
  }

  /// The number of servers among which two are looked for.
  private static let searched = 100

  /// The first two servers of one service with values in the same fields.
  func pair(
    of indices: [Int], where isPair: (FieldValues, FieldValues) -> Bool = { _, _ in true }
  ) -> (one: Int, other: Int)? {
    let indices = indices.prefix(Self.searched)
    for (position, one) in indices.enumerated() {
      let fields = servers[one].fields
      let other = indices.dropFirst(position + 1).first { index in
        let other = servers[index].fields
        return other.service == fields.service && other.fixedFields == fields.fixedFields
          && isPair(fields, other)
      }
      if let other { return (one, other) }
    }
    return nil
  }

  /// The first such servers with two different hosts; if all fields are to be exchanged too, four servers are needed.
  func pairWithOtherHosts(of indices: [Int], _ turn: Int) -> (one: Int, other: Int)? {
    guard turn % 2 == 1 || indices.count > 3 else { return nil }
    return pair(of: indices) { one, other in
      one.namesHostV4 && other.namesHostV4 && one.differs(from: other, in: .host)
    }
  }
}

extension PortGroup {
  /// A server of the service that is usual in the group.
  var firstServer: FieldValues {
    let service: RemoteService = integration == .sccp ? .callManager : .sipProxy
    return [
      .service: .text(String(service.rawValue)), .port: "5060", .tlsPort: "5061",
      .precedence: "0",
    ]
  }
}

extension FieldValues {
  /// True if the IPv4 host or name is a machine of its own, and not the loopback address.
  var namesHostV4: Bool { holds(.host) && canonical(.host) != Host.loopback }

  /// The fields with a value that cannot be emptied.
  fileprivate var fixedFields: [Field] {
    Field.compared.filter { holds($0) && !$0.rule.canBeEmptied }
  }

  fileprivate var hostKeys: [HostKey] {
    [Field.host, .hostV6].compactMap { HostKey(self, $0) }
  }
}

/// Makes hosts that no server of a drill has.
struct DrillHosts: Sendable, Equatable {
  private var used: Set<String>
  private var count = 0

  init(besides groups: [DrilledGroup]) {
    used = Set(
      groups.flatMap(\.servers).flatMap { server in
        [Field.host, .hostV6].compactMap { server.fields.canonical($0) }
      })
  }

  /// A name that cannot exist (RFC 2606), such as `changed-7.invalid`.
  mutating func name(_ label: String) -> String { unused { "\(label)-\($0).invalid" } }

  /// An address for documentation (RFC 3849), such as `2001:db8::7`.
  mutating func address() -> String {
    unused { number in
      let high = number > 0xFFFF ? String(number >> 16, radix: 16) + ":" : ""
      return "2001:db8::" + high + String(number & 0xFFFF, radix: 16)
    }
  }

  private mutating func unused(_ make: (Int) -> String) -> String {
    while true {
      count += 1
      let host = make(count)
      if used.insert(host).inserted { return host }
    }
  }
}
