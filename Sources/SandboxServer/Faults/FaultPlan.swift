/// How the sandbox misbehaves for one request.
struct Misbehavior: Equatable {
  /// When a held request waits: before or after it is processed.
  enum Hold: String {
    case before = "hold"
    case after = "hold-reply"
  }

  var fault: SandboxFaults.Kind?
  var hold: Hold?
  var slow = Duration.zero
  var ignored: Set<String> = []

  /// The names under which the log counts what happens.
  var names: [String] {
    [fault?.rawValue, hold?.rawValue, slow > .zero ? "slow" : nil].compactMap(\.self)
      + (ignored.isEmpty ? [] : ["ignore"])
  }
}

/// Selects the misbehavior of each request; deterministic for equal faults and equal requests.
struct FaultPlan {
  let faults: SandboxFaults
  /// The number of writes that were admitted since the faults were set.
  private(set) var writes = 0
  private var state: UInt64

  init(_ faults: SandboxFaults) {
    self.faults = faults
    state = faults.seed
  }

  /// The misbehavior for the next admitted request.
  mutating func next(isWrite: Bool) -> Misbehavior {
    var misbehavior = Misbehavior(fault: randomFault(), slow: faults.slow)
    guard isWrite else { return misbehavior }
    misbehavior.ignored = Set(faults.ignored)
    if writes < faults.hold { misbehavior.hold = .before }
    // `holdReply` counts the writes after those of `hold`: a write waits only once.
    if misbehavior.hold == nil, writes < faults.hold + faults.holdReply {
      misbehavior.hold = .after
    }
    writes += 1
    for planned in faults.onWrite where planned.number == writes {
      switch planned.event {
      case .fault(let kind): misbehavior.fault = kind
      case .hold: misbehavior.hold = .before
      case .holdReply: misbehavior.hold = .after
      case .slow(let duration): misbehavior.slow = duration
      case .ignore(let field): misbehavior.ignored.insert(field)
      }
    }
    return misbehavior
  }

  private mutating func randomFault() -> SandboxFaults.Kind? {
    var share = Double(randomNumber() >> 11) / Double(1 << 53)
    for kind in SandboxFaults.Kind.allCases {
      share -= faults.shares[kind] ?? 0
      if share < 0 { return kind }
    }
    return nil
  }

  /// The next number of SplitMix64.
  private mutating func randomNumber() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
