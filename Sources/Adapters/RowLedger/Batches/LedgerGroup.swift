package import PortGroupModel

/// Where a row is in the input.
package struct RowPlace: Sendable, Equatable {
  package var row: RowID
  /// The file's name as the user gave it.
  package var file: String
  package var line: Int
  package var record: Int

  /// The place in the form of diagnostics.
  package var place: Place { Place(file: file, line: line, record: record) }
}

/// The identity of one spelling of a group in one run.
package struct ReferenceID: Sendable, Hashable {
  let value: Int
}

/// One spelling of a group, to be resolved before the first write.
package struct StagedReference: Sendable, Equatable {
  package var id: ReferenceID
  package var reference: GroupReference
  /// The first row that uses it.
  package var first: RowPlace
  package var rowCount: Int
}

/// The identity of a resolved group in one run.
package struct GroupID: Sendable, Hashable {
  let value: Int
}

/// A group of a run as it was found on the target.
package struct LedgerGroup: Sendable, Equatable {
  package var id: GroupID
  package var group: PortGroup
}

/// A row of a batch, as the engine works on it.
package struct BatchRow: Sendable, Equatable {
  package var id: RowID
  package var place: RowPlace
  package var state: RowState
  package var row: Row
  /// Its journal entry; `nil` if it was never planned to be sent.
  package var entry: JournalEntry?
  /// The effect of the earlier row that this row undoes or retries; `nil` if it is not known.
  package var originEffect: Effect?
}
