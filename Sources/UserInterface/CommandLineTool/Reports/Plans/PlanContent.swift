import PortGroupFiles
import PortGroupModel

/// What a page about a plan shows, folded: changes, deletions, refused rows, and servers that no row names.
struct PlanContent {
  /// The largest number of different lines of each part.
  static let limit = 20_000

  /// The parts of the page, in its order.
  enum Part: CaseIterable {
    case writes
    case deletions
    case refusals
    case extras
  }

  private(set) var writes: PlanFolding
  private(set) var deletions: PlanFolding
  private(set) var refusals: RefusalFolding
  private(set) var extras: PlanFolding

  /// Creates an empty page that holds at most this number of different lines of each part.
  init(limit: Int = Self.limit) {
    writes = PlanFolding(limit: limit)
    deletions = PlanFolding(limit: limit)
    refusals = RefusalFolding(limit: limit)
    extras = PlanFolding(limit: limit)
  }

  /// Adds an entry of the plan.
  mutating func add(_ item: ShownPlan.Item) {
    switch item {
    case .group(let group, let servers):
      for server in servers { extras.add(DiffLine(.added(server)), of: group.objectID) }
    case .change(let change, let step):
      if change.verb == .delete {
        deletions.add(change.line, of: step.group)
      } else {
        writes.add(change.line, of: step.group)
      }
    case .refusal(let refusal):
      refusals.add(refusal.code, of: refusal.group, from: refusal.from)
    }
  }

  /// The lines of a part; `nil` for the refused rows.
  func lines(of part: Part) -> PlanFolding? {
    switch part {
    case .writes: writes
    case .deletions: deletions
    case .refusals: nil
    case .extras: extras
    }
  }

  /// The number of entries of a part.
  func count(of part: Part) -> Int { lines(of: part)?.count ?? refusals.count }

  /// True if a part has entries that are not held.
  func isCut(_ part: Part) -> Bool { lines(of: part).map { $0.more > 0 } ?? refusals.isFull }

  var isEmpty: Bool { Part.allCases.allSatisfy { count(of: $0) == 0 } }
}
