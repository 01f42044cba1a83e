// Checking that an XML or JSON document of any content is well-formed.

/// Checks the bytes of a document while they are read.
protocol DocumentCheck {
  /// Checks the next bytes; the first call has at least three, if the document has them.
  ///
  /// - Throws: `InputFault` at the first place where the document is not well-formed.
  mutating func feed(_ bytes: [UInt8], isLast: Bool) throws(InputFault)
}

/// Checks that a document of any content is well-formed; a table is not read.
///
/// - Throws: `InputFault` at the first place where the document is not well-formed.
package func checkWellFormed(
  _ source: ByteSource, _ format: BulkFormat, encoding: TextEncoding? = nil,
  limits: RecordLimits = RecordLimits()
) throws(InputFault) {
  let head = try source.peek(atLeast: 4)
  guard
    var check = try format.definition.documentCheck(
      source, encoding: encoding?.resolved(for: head), limits: limits)
  else { return }
  var buffer: [UInt8] = []
  while buffer.count < 3, try source.read(into: &buffer) > 0 {}
  var isLast = buffer.isEmpty
  try check.feed(buffer, isLast: isLast)
  while !isLast {
    buffer.removeAll(keepingCapacity: true)
    isLast = try source.read(into: &buffer) == 0
    try check.feed(buffer, isLast: isLast)
  }
}
