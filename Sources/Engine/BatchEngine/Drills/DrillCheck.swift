import PortGroupModel
import RowLedger
import UnityConnection

/// Compares everything that a rehearsal server shows with what it must be, before a restore and after it.
struct DrillCheck {
  let client: ConnectionClient
  let pace: Pace
  let setting: RunSetting
  let run: RunID

  /// Everything that the server shows now.
  private func read() async throws(RunStop) -> DrillContent {
    let name = setting.target.url
    let target = try await TargetConfiguration(
      name, on: client, pace: pace, setting: setting, run: run)
    return try await DrillContent(
      reading: target, of: ConfigurationOrigin(url: name, identity: nil), control: setting.control)
  }

  /// Checks that the server has the damaged groups, because a drill on others would prove nothing.
  ///
  /// - Parameter damaged: What the server was given.
  /// - Returns: The servers of each PIMG group as they are shown.
  /// - Throws: `RunStop.unsuitable` if the server shows something else.
  func confirm(_ damaged: [DrilledGroup]) async throws(RunStop) -> [ObjectID: ServerBag] {
    let target = try await read().serversByGroup
    var readOnly: [ObjectID: ServerBag] = [:]
    for case let (group, servers) in damaged.map({ ($0.group, $0.servers.map(\.fields)) }) {
      let shown = target[group.objectID] ?? []
      if ServerBag(shown) != ServerBag(servers) {
        throw .unsuitable(otherwise(GroupComparison(old: servers, new: shown), group))
      }
      if group.integration == .pimg {
        readOnly[group.objectID] = ServerBag(shown, isExact: true)
      }
    }
    return readOnly
  }

  private func otherwise(_ comparison: GroupComparison, _ group: PortGroup) -> String {
    let name =
      "\(setting.target.url) does not show port group \(group.displayName.quoted) as it was loaded"
    guard let first = comparison.differences.first else { return name }
    guard case .changed(let given, let shown, let fields) = first else {
      return "\(name): \(first.server.summary)"
    }
    let values = fields.map { field in
      "\(field.name) is \(shown[field].text ?? "empty") and not \(given[field].text ?? "empty")"
    }
    return "\(name): \(given.summary): \(values.joined(separator: ", "))"
  }

  /// Compares all groups after the restore.
  ///
  /// - Parameters:
  ///   - source: What they must be.
  ///   - readOnly: The PIMG groups as they were before.
  ///   - round: Gets the groups that are not so.
  /// - Throws: `RunStop` if the server cannot be read.
  func compare(
    with source: DrillContent, readOnly: [ObjectID: ServerBag], _ round: inout DrillRound
  ) async throws(RunStop) {
    let target = try await read()
    let (wanted, shown) = (source.serversByGroup, target.serversByGroup)
    let comparison = ConfigurationComparison(old: source, new: target)
    for group in try await comparison.groups() {
      try setting.control.check()
      let difference = try await comparison.difference(in: group)
      let (old, new) = (wanted[group.old?.objectID] ?? [], shown[group.new?.objectID] ?? [])
      if !difference.isSame || ServerBag(old) != ServerBag(new) { round.add(difference) }
      if let before = group.new?.objectID.flatMap({ readOnly[$0] }),
        ServerBag(new, isExact: true) != before
      {
        round.touched.append(group.title)
      }
    }
  }
}

extension [ObjectID: [FieldValues]] {
  fileprivate subscript(id: ObjectID?) -> [FieldValues]? { id.flatMap { self[$0] } }
}
