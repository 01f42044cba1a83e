// How much a sandbox takes at a time.

/// The throttle in front of the API: slots, a queue, and logins.
///
/// Source: reference CUPI.md §3.3. Five requests are done at a time, 255 more wait; a queue that drains slower
/// than one request a second turns its clients away with 503, and so does a third Basic login within a second.
package struct SandboxThrottle: Sendable, Equatable {
  /// Requests that are done at one time, for all clients together; `nil` for any number.
  package var slots: Int?
  /// Requests that may wait for a slot; one more gets 503 at once.
  package var queueLength: Int
  /// The slowest pace of the queue: who stands at place n waits n times as long, and then gets 503.
  package var drain: Duration
  /// Logins with Basic credentials within any one second; `nil` for any number.
  package var loginsInOneSecond: Int?

  package init(
    slots: Int? = nil, queueLength: Int = 255, drain: Duration = .seconds(1),
    loginsInOneSecond: Int? = nil
  ) {
    self.slots = slots
    self.queueLength = queueLength
    self.drain = drain
    self.loginsInOneSecond = loginsInOneSecond
  }

  /// Takes whatever comes.
  package static let none = SandboxThrottle()
  /// As the documents tell of the real server.
  package static let documented = SandboxThrottle(slots: 5, loginsInOneSecond: 2)
}
