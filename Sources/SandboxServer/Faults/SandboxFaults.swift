/// The faults that a sandbox injects into its responses.
///
/// Shares refer to all admitted requests. `onWrite` counts the POST, PUT and DELETE requests that were admitted
/// since the faults were set. See `FaultText.swift` for the text form.
package struct SandboxFaults: Sendable, Equatable {
  /// How a request fails.
  package enum Kind: String, Sendable, CaseIterable {
    /// The request is processed, then the connection is closed without a byte.
    case dropReply = "drop-reply"
    /// The connection is closed without a byte, and the request is not processed.
    case dropRequest = "drop-request"
    /// The response is 503, and the request is not processed.
    case busy
    /// The request is processed, then the connection is reset.
    case reset
    /// The response is 500 with a page of the web container, and the request is not processed.
    case html500
    /// The request is processed, then the response is 500 as for `html500`.
    case html500Reply = "html500-reply"
    /// The request is processed, but only half of the response body is sent; without a body, same as `dropReply`.
    case truncate
  }

  /// What happens to one specific write.
  package enum Event: Sendable, Equatable {
    case fault(Kind)
    /// The write waits until it is released, and is then processed.
    case hold
    /// The write is processed, and its response waits until it is released.
    case holdReply
    case slow(Duration)
    case ignore(field: String)
  }

  /// An event and the number of the write that it applies to, from 1.
  package struct OnWrite: Sendable, Equatable {
    package var number: Int
    package var event: Event

    package init(_ number: Int, _ event: Event) {
      self.number = number
      self.event = event
    }
  }

  /// The share of each kind, from 0 to 1; their sum is at most 1.
  package var shares: [Kind: Double]
  /// The delay of every response; other requests are not delayed by it.
  package var slow: Duration
  /// Fields that every write ignores without reporting it.
  package var ignored: [String]
  /// The number of next writes that are held before they are processed.
  package var hold: Int
  /// The number of writes, after those of `hold`, that are held once they have been processed.
  package var holdReply: Int
  package var onWrite: [OnWrite]
  /// The seed of the random numbers; equal sequences of requests get equal faults.
  package var seed: UInt64

  package init(
    shares: [Kind: Double] = [:], slow: Duration = .zero, ignored: [String] = [],
    hold: Int = 0,
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

  /// Makes the most common faults from their shares.
  package init(
    dropReply: Double = 0, dropRequest: Double = 0, busy: Double = 0, seed: UInt64 = 1
  ) {
    let shares: [Kind: Double] = [
      .dropReply: dropReply, .dropRequest: dropRequest, .busy: busy,
    ]
    self.init(shares: shares.filter { $0.value > 0 }, seed: seed)
  }
}
