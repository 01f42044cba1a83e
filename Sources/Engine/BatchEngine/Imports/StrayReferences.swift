// The port groups that invalid rows name: they are looked up as well, so that one round reports all that is wrong.

import PortGroupModel
import Synchronization

/// Collects how invalid rows name their groups; rows that are valid have theirs in the ledger.
final class StrayReferences: Sendable {
  /// A way to name a group, and where the first wrong row does so.
  struct Stray: Sendable {
    var first: Place
    var rowCount: Int
  }

  /// Beyond so many there is something else wrong with the file.
  private static let limit = 10_000

  private let strays = Mutex<[GroupReference: Stray]>([:])

  /// Takes the group of a row, where its cell can be read.
  func add(_ reference: GroupReference, at place: Place) {
    strays.withLock { strays in
      if strays[reference] != nil {
        strays[reference]?.rowCount += 1
      } else if strays.count < Self.limit {
        strays[reference] = Stray(first: place, rowCount: 1)
      }
    }
  }

  /// Removes one that valid rows name as well: it is reported with them.
  func remove(_ reference: GroupReference) {
    strays.withLock { _ = $0.removeValue(forKey: reference) }
  }

  /// Those that are left, by place.
  var all: [(reference: GroupReference, stray: Stray)] {
    strays.withLock { strays in
      strays.map { ($0.key, $0.value) }
        .sorted { ($0.1.first.file, $0.1.first.record) < ($1.1.first.file, $1.1.first.record) }
    }
  }
}
