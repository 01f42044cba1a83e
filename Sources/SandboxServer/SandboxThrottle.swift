/// The throttle in front of the API: slots, a queue, and logins.
///
/// Source: reference CUPI.md §3.3. Five requests are processed at a time, and 255 more wait. Requests in a queue
/// that drains slower than one request per second are turned away with 503, as is a third Basic login in a second.
package struct SandboxThrottle: Sendable, Equatable {
  /// The number of requests that are processed at one time, for all clients together; `nil` for any number.
  package var slots: Int?
  /// The number of requests that may wait for a slot; one more is turned away with 503 at once.
  package var queueLength: Int
  /// The slowest accepted pace of the queue: the request at position n waits n times as long, then gets 503.
  package var drain: Duration
  /// The number of logins with Basic credentials within any one second; `nil` for any number.
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

  /// No limits.
  package static let none = SandboxThrottle()
  /// The documented limits of the real server.
  package static let documented = SandboxThrottle(slots: 5, loginsInOneSecond: 2)
}
