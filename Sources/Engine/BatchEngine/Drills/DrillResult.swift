package import PortGroupModel
package import RowLedger

/// What a restore drill found.
package struct DrillResult: Sendable {
  /// How users name the configuration.
  package let source: String
  /// The restores that were tried, in their order.
  package internal(set) var rounds: [DrillRound] = []
  /// Why the drill ended before both restores were tried; `nil` if they were, or if the second was useless.
  package internal(set) var stop: RunStop?

  /// Creates a result without rounds; with a stop, the drill ended before the first one.
  package init(source: String, stop: RunStop? = nil) {
    self.source = source
    self.stop = stop
  }

  /// True if the configuration was restored exactly in all rounds.
  package var isPassed: Bool {
    stop == nil && rounds.count == DrillRound.IDs.allCases.count && rounds.allSatisfy(\.isPassed)
  }

  /// True if it has nothing that can be changed over the API, so that no restore was tried.
  ///
  /// Then the drill has only shown that a server can hold the configuration.
  package var isUntried: Bool { rounds.allSatisfy(\.damage.isNone) }

  /// The number of changes that the restores made.
  package var changes: Int { rounds.map(\.changes).reduce(0, +) }
}

/// One restore of a drill: onto damaged port groups, compared with the source afterwards.
package struct DrillRound: Sendable {
  /// The ids that the rehearsal server gives to groups and servers.
  package enum IDs: String, Sendable, CaseIterable {
    /// Those of the source, as on the server that was backed up.
    case same
    /// Others, as on a new server with groups of the same names.
    case other
  }

  /// A row that was not done.
  package struct FailedRow: Sendable, Equatable {
    package let group: String
    package let server: String
    package let code: String
    /// The server's message, or another remark.
    package let detail: String?
  }

  /// A group that is not as the source after the restore.
  package struct Group: Sendable, Equatable {
    package let name: String
    package let objectID: ObjectID?
    package let integration: IntegrationMethod?
    /// The first differences; the source is the old side.
    package let differences: [GroupComparison.Difference]
    /// The number of all differences.
    package let count: Int
  }

  package let ids: IDs
  /// The number of groups that were restored.
  package internal(set) var groups = 0
  /// The number of their servers in the source.
  package internal(set) var servers = 0
  /// The names of groups that cannot be found by name, because they have none, or several have it.
  package internal(set) var leftOut: [String] = []
  package internal(set) var damage = DrillDamage.Counts()
  /// The books of the restore; `nil` if it did not begin.
  package internal(set) var books: Books?
  /// The first rows that failed or were not done.
  package internal(set) var failed: [FailedRow] = []
  /// The first errors in rows, as they were reported.
  package internal(set) var errors: [Diagnostic] = []
  /// True if the restore itself found all groups to be as the source.
  package internal(set) var isVerified = false
  /// The number of groups that are not as the source.
  package internal(set) var different = 0
  /// The first of them.
  package internal(set) var firstDifferent: [Group] = []
  /// Names of PIMG groups that are not exactly as they were before the restore, ids included.
  package internal(set) var touched: [String] = []
  /// Why the round ended early; `nil` if it did not.
  package internal(set) var stop: RunStop?

  /// The maximum number of failed rows, errors, and groups that are kept, and of servers of each group.
  static let kept = 20

  package init(ids: IDs) { self.ids = ids }

  /// The number of servers that the restore created, updated and deleted.
  package var changes: Int { books.map { $0.created + $0.updated + $0.deleted } ?? 0 }

  /// True if all groups are as the source, and nothing went wrong on the way.
  package var isPassed: Bool {
    guard stop == nil, let books, books.balances else { return false }
    let open = books.failed + books.inDoubt + books.pending + books.invalid
    return open == 0 && isVerified && different == 0 && touched.isEmpty
  }

  mutating func add(_ difference: GroupDifference) {
    different += 1
    guard firstDifferent.count < Self.kept else { return }
    let differences = difference.comparison.differences
    firstDifferent.append(
      Group(
        name: difference.group.title, objectID: difference.group.objectID,
        integration: difference.group.integration,
        differences: Array(differences.prefix(Self.kept)), count: differences.count))
  }
}
