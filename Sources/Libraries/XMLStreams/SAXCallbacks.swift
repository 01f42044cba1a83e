// The callbacks that libxml2's parser calls; each passes its event to the parser's state.

import Bytes
import CLibXML

/// Makes the SAX2 callbacks; their first parameter is a pointer to a `ParserState`.
func makeSAXHandler(isChecked: Bool) -> xmlSAXHandler {
  var handler = unsafe xmlSAXHandler()
  unsafe handler.initialized = UInt32(XML_SAX2_MAGIC)
  unsafe handler.startElementNs = {
    state, name, _, _, namespaceCount, _, attributeCount, _, attributes in
    guard let name = unsafe name else { return }
    unsafe state?.assumingMemoryBound(to: ParserState.self).pointee
      .start(
        name: name, namespaceCount: Int(namespaceCount), attributeCount: Int(attributeCount),
        attributes: attributes)
  }
  unsafe handler.endElementNs = { state, _, _, _ in
    unsafe state?.assumingMemoryBound(to: ParserState.self).pointee.end()
  }
  let text: charactersSAXFunc = { state, bytes, count in
    unsafe state?.assumingMemoryBound(to: ParserState.self).pointee
      .text(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }
  // With one function for both, libxml2 does not guess which white space is insignificant.
  unsafe handler.characters = unsafe text
  unsafe handler.ignorableWhitespace = unsafe text
  unsafe handler.cdataBlock = unsafe text
  if isChecked { unsafe addCheck(to: &handler) }
  // Without a document type there are no entities to define, fetch or expand.
  unsafe handler.internalSubset = { state, _, _, _ in
    guard let state = unsafe state?.assumingMemoryBound(to: ParserState.self) else { return }
    let position = unsafe state.pointee.currentPosition()
    unsafe state.pointee.fail(
      "a document type (<!DOCTYPE …>) is not allowed",
      hint: "remove it, and write what its entities represent", at: position)
  }
  unsafe handler.serror = { state, error in
    guard let state = unsafe state?.assumingMemoryBound(to: ParserState.self),
      let error = unsafe error, unsafe error.pointee.level == XML_ERR_FATAL
    else { return }
    let message = unsafe error.pointee.message.map { unsafe String(cString: $0) } ?? "unknown error"
    let position = unsafe TextPosition(
      line: max(Int(error.pointee.line), 1), column: max(Int(error.pointee.int2), 1))
    unsafe state.pointee.fail(
      code: error.pointee.code, message.trimmed, at: position)
  }
  return unsafe handler
}

/// Replaces the callbacks with some that also pass every event to the schema check.
private func addCheck(to handler: inout xmlSAXHandler) {
  unsafe handler.startElementNs = {
    state, name, prefix, uri, namespaceCount, namespaces, attributeCount, _, attributes in
    guard let name = unsafe name,
      let state = unsafe state?.assumingMemoryBound(to: ParserState.self)
    else { return }
    unsafe state.pointee.start(
      name: name, namespaceCount: Int(namespaceCount), attributeCount: Int(attributeCount),
      attributes: attributes)
    unsafe state.pointee.checkStart(
      StartTag(
        name: name, prefix: prefix, uri: uri, namespaceCount: namespaceCount,
        namespaces: namespaces, attributeCount: attributeCount, attributes: attributes))
  }
  unsafe handler.endElementNs = { state, name, prefix, uri in
    let state = unsafe state?.assumingMemoryBound(to: ParserState.self)
    unsafe state?.pointee.checkEnd(name, prefix, uri)
    unsafe state?.pointee.end()
  }
  let text: charactersSAXFunc = { state, bytes, count in
    guard let state = unsafe state?.assumingMemoryBound(to: ParserState.self) else { return }
    let bytes = unsafe UnsafeBufferPointer(start: bytes, count: Int(count))
    unsafe state.pointee.text(bytes)
    unsafe state.pointee.checkText(bytes)
  }
  unsafe handler.characters = unsafe text
  unsafe handler.ignorableWhitespace = unsafe text
  unsafe handler.cdataBlock = unsafe text
}
