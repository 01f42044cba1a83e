// Faults on order: what goes wrong, how often, and in which write.

/// What a sandbox gets wrong, as it was ordered.
///
/// Shares are of all requests that were let in; `onWrite` counts POST, PUT and DELETE requests that were let in, from
/// when the faults were set. The text form is `FaultText.swift`.
package struct SandboxFaults: Sendable, Equatable {
  /// How a request ends when it goes wrong.
  package enum Mishap: String, Sendable, CaseIterable {
    /// It is done, then the connection ends without a byte.
    case dropReply = "drop-reply"
    /// The connection ends without a byte, and nothing is done.
    case dropRequest = "drop-request"
    /// 503, and nothing is done.
    case busy
    /// It is done, then the connection is reset.
    case reset
    /// 500 with a page of the web container, and nothing is done.
    case html500
    /// It is done, and answered with 500 as above.
    case html500Reply = "html500-reply"
    /// It is done, and the second half of the answer's body is missing; without a body, as `dropReply`.
    case truncate
  }

  /// What happens to one certain write.
  package enum Event: Sendable, Equatable {
    case mishap(Mishap)
    /// It waits until it is released, and is done then.
    case hold
    /// It is done, and its answer waits until it is released.
    case holdReply
    case slow(Duration)
    case ignore(field: String)
  }

  /// An event and the number of the write that it happens to, from 1.
  package struct OnWrite: Sendable, Equatable {
    package var number: Int
    package var event: Event

    package init(_ number: Int, _ event: Event) {
      self.number = number
      self.event = event
    }
  }

  /// From 0 to 1 each, and together at most 1.
  package var shares: [Mishap: Double]
  /// How much later every answer comes; other requests do not wait for it.
  package var slow: Duration
  /// Fields that every write ignores, and answers as though it did not.
  package var ignored: [String]
  /// How many of the next writes are held before they are done.
  package var hold: Int
  /// How many of the next writes are held after they were done.
  package var holdReply: Int
  package var onWrite: [OnWrite]
  /// Where the draws begin; the same requests one after the other meet the same faults.
  package var seed: UInt64

  package init(
    shares: [Mishap: Double] = [:], slow: Duration = .zero, ignored: [String] = [], hold: Int = 0,
    holdReply: Int = 0, onWrite: [OnWrite] = [], seed: UInt64 = 1
  ) {
    self.shares = shares
    self.slow = slow
    self.ignored = ignored
    self.hold = hold
    self.holdReply = holdReply
    self.onWrite = onWrite
    self.seed = seed
  }

  /// The commonest faults by their shares.
  package init(
    dropReply: Double = 0, dropRequest: Double = 0, busy: Double = 0, seed: UInt64 = 1
  ) {
    let shares: [Mishap: Double] = [
      .dropReply: dropReply, .dropRequest: dropRequest, .busy: busy,
    ]
    self.init(shares: shares.filter { $0.value > 0 }, seed: seed)
  }
}
