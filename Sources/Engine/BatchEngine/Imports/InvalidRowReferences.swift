import PortGroupModel
import Synchronization

/// Collects the group references of invalid rows; those of valid rows are in the ledger.
final class InvalidRowReferences: Sendable {
  /// The first invalid row with a reference, and the number of these rows.
  struct Occurrence: Sendable {
    var first: Place
    var rowCount: Int
  }

  /// The maximum number of references; a file with more has other problems.
  private static let limit = 10_000

  private let occurrences = Mutex<[GroupReference: Occurrence]>([:])

  /// Adds the group of an invalid row, if its cell can be read.
  func add(_ reference: GroupReference, at place: Place) {
    occurrences.withLock { occurrences in
      if occurrences[reference] != nil {
        occurrences[reference]?.rowCount += 1
      } else if occurrences.count < Self.limit {
        occurrences[reference] = Occurrence(first: place, rowCount: 1)
      }
    }
  }

  /// Removes a reference that valid rows use as well: it is reported for them.
  func remove(_ reference: GroupReference) {
    occurrences.withLock { _ = $0.removeValue(forKey: reference) }
  }

  /// The remaining references, by place.
  var all: [(reference: GroupReference, occurrence: Occurrence)] {
    occurrences.withLock { occurrences in
      occurrences.map { ($0.key, $0.value) }
        .sorted { ($0.1.first.file, $0.1.first.record) < ($1.1.first.file, $1.1.first.record) }
    }
  }
}
