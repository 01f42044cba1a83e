/// One fault of an input file or of one of its records, and its place.
///
/// `PortGroupFiles` has the words for faults.
package struct InputFault: Error, Sendable, Equatable {
  /// What is wrong, with the values that were found.
  package var reason: FaultReason
  /// The line, from 1; 0 if the fault is not about a line.
  package var line: Int
  /// The column in Unicode scalars, from 1; 0 if the fault is not about a column.
  package var column: Int
  /// The number of the record, from 1; 0 if the fault is not about a record.
  package var record: Int
  /// The heading, element or key; empty if the fault is not about one.
  package var field: String
  /// The number of complete records before a fault that ends the reading; `nil` for other faults.
  package var recordsBefore: Int?

  package init(
    _ reason: FaultReason, line: Int = 0, column: Int = 0, record: Int = 0, field: String? = nil,
    recordsBefore: Int? = nil
  ) {
    self.reason = reason
    self.line = line
    self.column = column
    self.record = record
    self.field = field ?? reason.field
    self.recordsBefore = recordsBefore
  }

  /// Makes the fault that ends the reading of a document after this number of complete records.
  package init(_ reason: FaultReason, line: Int, column: Int, after count: Int) {
    self.init(reason, line: line, column: column, record: count + 1, recordsBefore: count)
  }

  package var kind: FaultKind { reason.kind }
}

/// The limits for one record; exceeding one is an `InputFault`.
package struct RecordLimits: Sendable, Equatable {
  /// The maximum size of one field, in bytes.
  package var fieldBytes: Int
  /// The maximum size of one record, in bytes.
  package var recordBytes: Int
  /// The maximum number of fields of one record.
  package var fields: Int

  package init(fieldBytes: Int = 1 << 20, recordBytes: Int = 4 << 20, fields: Int = 10_000) {
    self.fields = fields
    self.fieldBytes = fieldBytes
    self.recordBytes = recordBytes
  }
}
