// Faults on order: how often a sandbox misbehaves, drawn from a seed so that a run can be repeated.

import Synchronization

/// The shares of API requests, each from 0 to 1 and together at most 1, that meet a fault.
package struct SandboxFaults: Sendable, Equatable {
  /// The request is done, then the connection ends without a byte.
  package var dropReply: Double
  /// The connection ends without a byte, and nothing is done.
  package var dropRequest: Double
  /// 503, and nothing is done.
  package var busy: Double
  /// Where the draws begin; the same requests one after the other meet the same faults.
  package var seed: UInt64

  package init(
    dropReply: Double = 0, dropRequest: Double = 0, busy: Double = 0, seed: UInt64 = 1
  ) {
    self.dropReply = dropReply
    self.dropRequest = dropRequest
    self.busy = busy
    self.seed = seed
  }
}

/// Draws what each request meets.
final class FaultDice: Sendable {
  enum Fate: Equatable {
    case none
    case dropReply
    case dropRequest
    case busy
  }

  private let faults: SandboxFaults
  private let state: Mutex<UInt64>

  init(_ faults: SandboxFaults) {
    self.faults = faults
    state = Mutex(faults.seed)
  }

  func next() -> Fate {
    let draw = Double(number() >> 11) / Double(1 << 53)
    if draw < faults.dropReply { return .dropReply }
    if draw < faults.dropReply + faults.dropRequest { return .dropRequest }
    if draw < faults.dropReply + faults.dropRequest + faults.busy { return .busy }
    return .none
  }

  /// The next number of SplitMix64.
  private func number() -> UInt64 {
    state.withLock { state in
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }
}
