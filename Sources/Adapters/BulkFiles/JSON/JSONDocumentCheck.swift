import JSONStreams

/// Checks that a JSON document of any content is well-formed, and keeps nothing of it.
///
/// If the file name ends in `.jsonl` or `.ndjson`, several JSON values may follow one another. Under another name,
/// several objects may, if each begins on a new line.
struct JSONDocumentCheck: DocumentCheck {
  private var parser: JSONParser
  private var isFirst = true

  init(fileName: String, limits: RecordLimits) {
    let isSequence = [".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"].contains {
      fileName.lowercased().hasSuffix($0)
    }
    parser = JSONParser(
      limits: JSONLimits(depth: 1000, tokenBytes: limits.fieldBytes),
      framing: isSequence ? .sequence : .objectLines)
  }

  mutating func feed(_ bytes: [UInt8], isLast: Bool) throws(InputFault) {
    var bytes = bytes
    if isFirst, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    isFirst = false
    do throws(JSONError) {
      unsafe try parser.feed(bytes.span.bytes, final: isLast)
    } catch {
      throw InputFault(
        .document(.malformedJSON(error.message, hint: error.hint)), line: error.position.line,
        column: error.position.column)
    }
    parser.batch.removeAll()
  }
}
