// What another client has done to a server shortly before it is deleted.

extension BatchProgress {
  /// The outcome of a row whose server another client has deleted or changed since it was planned; `nil` for others.
  func surprise(_ write: Write, _ recent: [ObjectID: PortGroupServer]) -> Outcome? {
    guard let server = write.change.server, let before = write.change.before else { return nil }
    guard let now = recent[server] else {
      return Outcome(
        row: write.row, state: .unchanged, detail: "it was gone already",
        effect: Effect(nil, objectID: server))
    }
    if before.whole.differences(from: now.fields.whole).isEmpty { return nil }
    return Outcome(
      row: write.row, state: .failed(.changedSince), detail: FailureCode.changedSince.meaning,
      effect: Effect(nil, objectID: server, before: now.fields))
  }

  static func byID(_ servers: [PortGroupServer]) -> [ObjectID: PortGroupServer] {
    Dictionary(servers.map { ($0.objectID, $0) }) { first, _ in first }
  }
}
