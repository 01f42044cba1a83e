import JSONStreams
import XMLStreams

/// Checks that an XML or JSON document of any content is well-formed.
///
/// If the file name ends in `.jsonl` or `.ndjson`, several JSON values may follow one another. Under another name,
/// several objects may, if each begins on a new line.
///
/// - Throws: `InputFault` at the first place where the document is not well-formed.
package func checkWellFormed(
  _ source: ByteSource, _ format: BulkFormat, encoding: TextEncoding? = nil,
  limits: RecordLimits = RecordLimits()
) throws(InputFault) {
  let head = try source.peek(atLeast: 4)
  let encoding = encoding?.resolved(for: head)
  if format == .json { try source.decodeJSON(from: encoding) }
  if let encoding, !encoding.isKnown { throw InputFault(.file(.encodingUnknown(encoding.name))) }
  let isSequence = [".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"].contains {
    source.name.lowercased().hasSuffix($0)
  }
  let xml = XMLPushParser(
    limits: XMLLimits(depth: 1000, textBytes: limits.fieldBytes), encoding: encoding?.name)
  var batch = XMLBatch()
  var json = JSONParser(
    limits: JSONLimits(depth: 1000, tokenBytes: limits.fieldBytes),
    framing: isSequence ? .sequence : .objectLines)
  var buffer: [UInt8] = []
  var isFirst = true
  var isLast = false
  while !isLast {
    buffer.removeAll(keepingCapacity: true)
    while isFirst, buffer.count < 3, try source.read(into: &buffer) > 0 {}
    if isFirst, format == .json, buffer.starts(with: [0xEF, 0xBB, 0xBF]) { buffer.removeFirst(3) }
    isFirst = false
    if buffer.isEmpty { isLast = try source.read(into: &buffer) == 0 }
    let bytes = buffer
    do {
      if format == .xml {
        unsafe try xml.feed(bytes.span.bytes, final: isLast, into: &batch)
      } else {
        unsafe try json.feed(bytes.span.bytes, final: isLast)
        json.batch.removeAll()
      }
    } catch let error as XMLError {
      throw InputFault(
        .document(.malformedXML(error.message, hint: error.hint)), line: error.position.line,
        column: error.position.column)
    } catch let error as JSONError {
      throw InputFault(
        .document(.malformedJSON(error.message, hint: error.hint)), line: error.position.line,
        column: error.position.column)
    } catch {
      throw InputFault(
        .document(
          format == .xml
            ? .malformedXML("\(error)", hint: "") : .malformedJSON("\(error)", hint: "")))
    }
  }
}
