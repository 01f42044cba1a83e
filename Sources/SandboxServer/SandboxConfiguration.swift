// How a sandbox behaves: whom it lets in, what it is seeded with, and its clock.

/// The settings of one sandbox.
///
/// By default nothing depends on time, which suits tests: no throttle, and tokens do not age. `documented` is what
/// users get.
package struct SandboxConfiguration: Sendable {
  /// What a sandbox without earlier state begins with.
  package enum Seed: String, Sendable {
    /// The compiled-in lab: SIP, SCCP and PIMG groups with their servers.
    case lab
    /// No groups at all.
    case none
  }

  package var seed: Seed
  /// The name of the one account, `admin` by default.
  package var username: String
  /// Its password, `sandbox` by default: it guards nothing but made-up data.
  package var password: String
  /// What `GET /vmrest/version` tells.
  package var version: String
  /// How old a request token may grow before it is rolled over; `nil` turns the roll-over off.
  package var tokenLifetime: Duration?
  package var throttle: SandboxThrottle
  /// What goes wrong with requests over a connection; nothing, by default.
  package var faults: SandboxFaults
  package var habits: SandboxHabits
  /// The clock of tokens, logins and the queue.
  package var now: @Sendable () -> ContinuousClock.Instant

  package init(
    seed: Seed = .lab, username: String = "admin", password: String = "sandbox",
    version: String = "14.0.1.0", tokenLifetime: Duration? = nil,
    throttle: SandboxThrottle = .none, faults: SandboxFaults = SandboxFaults(),
    habits: SandboxHabits = SandboxHabits(),
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.seed = seed
    self.username = username
    self.password = password
    self.version = version
    self.tokenLifetime = tokenLifetime
    self.throttle = throttle
    self.faults = faults
    self.habits = habits
    self.now = now
  }

  /// The documented behaviour of the real server.
  ///
  /// Its tokens age out in minutes; 120 seconds is a good likeness.
  package static let documented = SandboxConfiguration(
    tokenLifetime: .seconds(120), throttle: .documented)
}
