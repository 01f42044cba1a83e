// What another client has done to a server just before it is updated or deleted.

extension BatchProgress {
  /// A server as it is just before its write.
  enum Current: Sendable {
    /// Alone: it may show other fields than in the list, with which the plan was made, so the list confirms a surprise.
    case read(PortGroupServer)
    /// The whole group.
    case listed([PortGroupServer])

    /// The server with this id; `nil` if it is gone.
    func server(_ id: ObjectID) -> PortGroupServer? {
      switch self {
      case .read(let server): server.objectID == id ? server : nil
      case .listed(let servers): servers.first { $0.objectID == id }
      }
    }
  }

  /// Why a write is not sent after all.
  struct Surprise {
    var state: RowState
    var detail: String
    /// The server as it is now; `nil` if it is gone.
    var before: FieldValues?
    var isGone = false
  }

  /// The outcome of a row whose server another client has deleted or changed since it was planned.
  ///
  /// An update matters only in the fields that it sets: the others are not sent.
  ///
  /// - Returns: Why the write is not sent; `nil` if it is.
  func surprise(_ write: Write, _ current: Current) -> Surprise? {
    guard let id = write.change.server, let before = write.change.before else { return nil }
    guard let server = current.server(id) else {
      return write.change.verb == .delete
        ? Surprise(state: .unchanged, detail: "it was gone already", isGone: true)
        : Surprise(
          state: .failed(.changedSince), detail: "another client has deleted it meanwhile",
          isGone: true)
    }
    let now = server.fields.whole
    let set = write.change.set.known
    let changed = before.whole.differences(from: now).filter { field in
      write.change.verb == .delete || set.contains(field)
    }
    if changed.isEmpty { return nil }
    if write.change.verb == .update, set.allSatisfy({ write.change.set.agrees(with: now, in: $0) })
    {
      return Surprise(
        state: .unchanged, detail: "another client has changed it in the same way",
        before: server.fields)
    }
    let values = changed.map { "\($0.name) is now \(now[$0].text ?? "empty")" }
    return Surprise(
      state: .failed(.changedSince),
      detail: "another client has changed it meanwhile: " + values.joined(separator: ", "),
      before: server.fields)
  }
}
