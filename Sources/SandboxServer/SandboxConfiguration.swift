// How a sandbox behaves: whom it lets in, what it is seeded with, and its clock.

/// The settings of one sandbox; the defaults are the documented behaviour of the real server.
package struct SandboxConfiguration: Sendable {
  /// What a sandbox without earlier state begins with.
  package enum Seed: String, Sendable {
    /// The compiled-in lab: two phone systems, and SIP, SCCP and PIMG groups with their servers.
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
  ///
  /// The real server's tokens age out in minutes; 120 seconds is a good likeness.
  package var tokenLifetime: Duration?
  /// Time that passes between doing a request and answering it, for rehearsing with a slow server.
  package var answerDelay: Duration
  /// How often a request over a connection meets a fault; never, by default.
  package var faults: SandboxFaults
  package var habits: SandboxHabits
  /// The clock that tokens age by.
  package var now: @Sendable () -> ContinuousClock.Instant

  package init(
    seed: Seed = .lab, username: String = "admin", password: String = "sandbox",
    version: String = "14.0.1.0", tokenLifetime: Duration? = nil, answerDelay: Duration = .zero,
    faults: SandboxFaults = SandboxFaults(), habits: SandboxHabits = SandboxHabits(),
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.seed = seed
    self.username = username
    self.password = password
    self.version = version
    self.tokenLifetime = tokenLifetime
    self.answerDelay = answerDelay
    self.faults = faults
    self.habits = habits
    self.now = now
  }
}
