import BatchEngine
import HTTPTransfers
import PortGroupModel
import Synchronization
import UnityConnection

/// The fences of the server that a command connects to, and the check of the server's id.
///
/// The fences are known by the target's name or address before connecting; the server's id may add those of another
/// section.
final class FenceCheck: Sendable {
  private struct State {
    var fences: TargetFences?
    /// The node of a cluster to which the command is connected.
    var node: Origin?
  }

  /// The target by its name; `nil` for a typed URL.
  let named: NamedTarget?
  private let registry: TargetRegistry
  private let trust: ServerTrust
  /// How the target is shown.
  private let shown: String
  private let state: Mutex<State>
  private let note: @Sendable (String) -> Void

  init(
    _ registry: TargetRegistry, named: NamedTarget?, _ fences: TargetFences?, trust: ServerTrust,
    shown: String, note: @escaping @Sendable (String) -> Void
  ) {
    self.registry = registry
    self.named = named
    self.trust = trust
    self.shown = shown
    self.note = note
    state = Mutex(State(fences: fences))
  }

  /// The fences as far as they are known.
  var fences: TargetFences? { state.withLock(\.fences) }

  /// The node to which the command is connected; `nil` if the target has only one.
  var node: Origin? {
    get { state.withLock(\.node) }
    set { state.withLock { $0.node = newValue } }
  }

  /// Compares the server's id with that of the section, and adds the fences of a section with this id.
  ///
  /// - Throws: `wrongTarget` if the server is another one, or must not be used with these options.
  func confirm(_ id: ObjectID?) throws(RunStop) {
    if let own = fences, let expected = own.id {
      guard let id else {
        throw .wrongTarget(
          "\(shown) does not show its id, and target \(own.name) is the server \(expected) "
            + "(\(own.place(of: .id)))")
      }
      guard id == expected else {
        throw .wrongTarget(
          "\(shown) is another server than before (id \(expected), now \(id)): was it rebuilt or "
            + "replaced? If that is right: cupibulk target renew \(own.name)")
      }
    }
    guard let id, let target = registry.target(withID: id) else { return }
    let found = registry.fences(of: target)
    guard !(fences?.places.contains(target.place) ?? false) else { return }
    if trust == .unverified, found.trust != nil {
      throw .wrongTarget(
        "\(shown) is the server of target \(found.name) (\(found.place(of: .id))), whose "
          + "certificate must be verified; pass --target \(found.name) without --insecure")
    }
    state.withLock { state in
      if state.fences?.add(found) == nil { state.fences = found }
    }
    note(
      "cupibulk: note: \(shown) is the server of target \(found.name) by its id, so its fences hold "
        + "(\(target.place))")
  }

  /// The limits that the fences set.
  var limit: PaceLimit? {
    fences.map { PaceLimit(slots: $0.slots, rate: $0.rate.map(Double.init)) }
  }
}
