// Draws what each request meets: pure, and the same for the same faults and requests.

/// What one request meets.
struct Fate: Equatable {
  /// When a held request waits.
  enum Hold: String {
    case before = "hold"
    case after = "hold-reply"
  }

  var mishap: SandboxFaults.Mishap?
  var hold: Hold?
  var slow = Duration.zero
  var ignored: Set<String> = []

  /// The names of what happens, as the log counts them.
  var names: [String] {
    [mishap?.rawValue, hold?.rawValue, slow > .zero ? "slow" : nil].compactMap(\.self)
      + (ignored.isEmpty ? [] : ["ignore"])
  }
}

/// The faults that were ordered, and how far they were carried out.
struct FaultPlan {
  let faults: SandboxFaults
  /// Writes that were let in since the faults were set.
  private(set) var writes = 0
  private var state: UInt64

  init(_ faults: SandboxFaults) {
    self.faults = faults
    state = faults.seed
  }

  /// The fate of the next request that was let in.
  mutating func next(isWrite: Bool) -> Fate {
    var fate = Fate(mishap: draw(), slow: faults.slow)
    guard isWrite else { return fate }
    fate.ignored = Set(faults.ignored)
    if writes < faults.hold { fate.hold = .before }
    // The next writes, each on its own: a write waits once.
    if fate.hold == nil, writes < faults.hold + faults.holdReply { fate.hold = .after }
    writes += 1
    for ordered in faults.onWrite where ordered.number == writes {
      switch ordered.event {
      case .mishap(let mishap): fate.mishap = mishap
      case .hold: fate.hold = .before
      case .holdReply: fate.hold = .after
      case .slow(let duration): fate.slow = duration
      case .ignore(let field): fate.ignored.insert(field)
      }
    }
    return fate
  }

  private mutating func draw() -> SandboxFaults.Mishap? {
    var share = Double(number() >> 11) / Double(1 << 53)
    for mishap in SandboxFaults.Mishap.allCases {
      share -= faults.shares[mishap] ?? 0
      if share < 0 { return mishap }
    }
    return nil
  }

  /// The next number of SplitMix64.
  private mutating func number() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
