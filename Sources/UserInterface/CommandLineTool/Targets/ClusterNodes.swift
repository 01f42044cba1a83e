// Chooses the node of a cluster to connect to, and compares its certificate with the pin.

import BatchEngine
import HTTPMessages
import HTTPTransfers
import UnityConnection

extension ConnectingOptions {
  /// Opens the target; of two nodes, the first that answers, or for a command that writes the primary.
  ///
  /// Signals are watched while it waits for a server, but not while it asks for a password.
  ///
  /// - Throws: A refusal if the key of a named target is not the pinned one; no password has been sent then.
  func connect(
    _ conduct: RunConduct, readOnly: Bool, timeout: Duration = .seconds(3600)
  ) async throws(CommandFailure) -> OpenTarget {
    let console = conduct.console
    let address = try address(on: console)
    guard case .server(let origin) = address, let fenceCheck else {
      return try open(address, on: console, readOnly: readOnly, timeout: timeout)
    }
    let options = try openingOptions(on: console, readOnly: readOnly, timeout: timeout)
    let nodes = fenceCheck.named?.nodes ?? [origin]
    // A single node is only asked for its pin: whether it answers, the run finds out.
    guard nodes.count > 1 || isPinned else { return try OpenTarget(address, options) }
    let transfer = options.transfer
    let node = try await conduct.watching { () async throws(CommandFailure) in
      try await firstAnswering(nodes, transfer, console)
    }
    fenceCheck.node = nodes.count > 1 ? node : nil
    let target = try OpenTarget(.server(node), options)
    guard nodes.count > 1, !readOnly, conduct.control.stop == nil else { return target }
    let client = target.client
    do throws(CommandFailure) {
      let primary = try await conduct.watching { () async throws(CommandFailure) in
        let primary = try await findPrimary(among: nodes, by: client, at: node)
        if primary != node { try await checkReachable(primary, transfer) }
        return primary
      }
      guard primary != node else { return target }
      fenceCheck.node = primary
      let other = try OpenTarget(primary, like: target, options)
      target.close()
      return other
    } catch {
      target.close()
      throw error
    }
  }

  /// The node of a named target that a look at it connects to; `nil` if it has only one, or has no name.
  func firstNode(on console: Console) async throws(CommandFailure) -> Origin? {
    guard let nodes = fenceCheck?.named?.nodes, nodes.count > 1 else { return nil }
    let node = try await firstAnswering(nodes, transfer, console)
    fenceCheck?.node = node
    return node
  }

  /// The first node that answers; the first one if none does, so that the run waits for it.
  private func firstAnswering(
    _ nodes: [Origin], _ transfer: TransferOptions, _ console: Console
  ) async throws(CommandFailure) -> Origin {
    var silent: [String] = []
    for node in nodes {
      do throws(ExchangeError) {
        _ = try await Handshake.certificate(of: node, options: transfer)
      } catch {
        switch error.cause {
        case .pinMismatch: throw await changedPin(at: node)
        case .couldNotResolve, .connectionRefused, .unreachable, .timedOut, .closedWithoutAnswer:
          silent.append("\(node) does not answer (\(error.detail))")
          continue
        // The run reports every other error with its own words.
        default: return node
        }
      }
      for reason in silent { console.warn("\(reason); \(node) is used instead") }
      return node
    }
    return nodes[0]
  }

  private var isPinned: Bool { if case .pinned = fences?.trust { true } else { false } }

  /// The refusal for a server with another key than the pinned one; it names both pins.
  func changedPin(at node: Origin) async -> CommandFailure {
    var unverified = transfer
    unverified.trust = .unverified
    let pin = try? await Handshake.certificate(of: node, options: unverified)?.pin
    let name = fences?.name ?? target
    var old = "the pinned one"
    if case .pinned(let pin) = transfer.trust { old = pin }
    let place = fences.map { " (\($0.place(of: .tlsPin)))" } ?? ""
    return CommandFailure(
      .refused,
      "The key of \(node) is not that of target \(name), and no password was sent: "
        + "pinned is \(old)\(place), the server shows \(pin ?? "none")",
      hint: "ask its administrator whether its certificate was renewed; if so: "
        + "cupibulk target renew \(name)")
  }

  /// The node that is the primary server of its cluster, by the roles that one node reports.
  private func findPrimary(
    among nodes: [Origin], by client: ConnectionClient, at asked: Origin
  ) async throws(CommandFailure) -> Origin {
    let servers: [ClusterServer]
    do throws(ServerError) {
      servers = try await client.vmsServers()
    } catch {
      throw CommandFailure(error)
    }
    if servers.count == 1, servers[0].role == .single { return asked }
    let name = fenceCheck?.named?.name ?? self.target
    let place = fenceCheck?.named?.place(of: .url).description ?? ""
    guard let primary = servers.first(where: { $0.role == .primary }) else {
      throw CommandFailure(
        .refused,
        "Which node of target \(name) is the primary server, which writes need, is not known: \(asked) "
          + (servers.isEmpty ? "does not report it" : "reports none"),
        hint: "if you know it, name it alone: --target https://HOST")
    }
    guard let node = nodes.first(where: { TargetAddress.server($0).isOne(primary) }) else {
      throw CommandFailure(
        .refused,
        "The primary server of target \(name), which writes need, is \(primary.name), and no URL of the "
          + "section names it",
        hint: "write one of its names into url (\(place)): "
          + Wording.list(primary.hosts, joinedBy: "or"))
    }
    return node
  }

  private func checkReachable(
    _ node: Origin, _ transfer: TransferOptions
  ) async throws(CommandFailure) {
    do throws(ExchangeError) {
      _ = try await Handshake.certificate(of: node, options: transfer)
    } catch  where error.cause == .pinMismatch {
      throw await changedPin(at: node)
    } catch {
      let name = fenceCheck?.named?.name ?? target
      throw CommandFailure(
        .tryAgain,
        "The primary server of target \(name), which writes need, cannot be used: \(error.detail)",
        hint: "try again once it is back, or once the other node has become the primary")
    }
  }
}

extension RunConduct {
  /// Does work that may wait for a server, until a signal comes.
  ///
  /// - Throws: The error of the work, or the failure for the signal.
  fileprivate func watching<Value: Sendable>(
    _ work: @escaping @Sendable () async throws(CommandFailure) -> Value
  ) async throws(CommandFailure) -> Value {
    let result: Result<Value, CommandFailure>? = await run { [control] in
      let (results, continuation) = AsyncStream.makeStream(
        of: Result<Value, CommandFailure>?.self)
      // No child tasks, which would be waited for: a handshake cannot be cancelled.
      let working = Task {
        do throws(CommandFailure) {
          continuation.yield(.success(try await work()))
        } catch {
          continuation.yield(.failure(error))
        }
      }
      let stopping = Task {
        try? await control.sleep(for: .seconds(7 * 86400), on: MachineClock())
        continuation.yield(nil)
      }
      defer {
        working.cancel()
        stopping.cancel()
      }
      for await result in results { return result }
      return nil
    }
    if let result { return try result.get() }
    throw CommandFailure(control.stop ?? .aborted)
  }
}

extension CommandFailure {
  /// The failure of a command that was stopped before its run began.
  fileprivate init(_ stop: RunStop) { self.init(stop.status, stop.sentence) }
}
