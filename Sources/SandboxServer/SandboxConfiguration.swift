/// The settings of one sandbox.
///
/// By default nothing depends on time, which suits tests: there is no throttle, and tokens do not expire. Users
/// get `documented`.
package struct SandboxConfiguration: Sendable {
  /// The initial content of a sandbox without stored state.
  package enum Seed: String, Sendable {
    /// The compiled-in content (`LabSeed`): SIP, SCCP and PIMG groups with their servers.
    case lab
    /// No groups.
    case none
  }

  package var seed: Seed
  /// The name of the only account, `admin` by default.
  package var username: String
  /// Its password, `sandbox` by default; it protects only invented data.
  package var password: String
  /// The version that `GET /vmrest/version` returns.
  package var version: String
  /// The age at which a request token is replaced; `nil` disables the replacement.
  package var tokenLifetime: Duration?
  package var throttle: SandboxThrottle
  /// The faults of requests over a connection; none by default.
  package var faults: SandboxFaults
  package var habits: SandboxHabits
  /// The clock for tokens, logins and the queue.
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

  /// The documented behavior of the real server.
  ///
  /// Its tokens expire after some minutes; 120 seconds is a good approximation.
  package static let documented = SandboxConfiguration(
    tokenLifetime: .seconds(120), throttle: .documented)
}
