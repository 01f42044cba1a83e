// The limits for one tag, which keep libxml2's work on it small.

import CLibXML

extension ParserState {
  /// Refuses a tag that is too long, while libxml2 still waits for its end.
  mutating func checkTag() {
    guard failure == nil, let context = unsafe context, let input = unsafe context.pointee.input,
      unsafe context.pointee.instate == XML_PARSER_START_TAG,
      unsafe input.pointee.end - input.pointee.cur > limits.tagBytes
    else { return }
    let message = "a tag is longer than \(limits.tagBytes) bytes"
    fail(message, hint: "most likely it is never closed", at: currentPosition())
  }

  /// Refuses a tag if too many namespaces are in scope.
  ///
  /// A namespace is in scope as long as its element is open, and libxml2 searches all of them for each name.
  mutating func acceptsNamespaces(_ count: Int) -> Bool {
    // libxml2 keeps two pointers for each namespace: its prefix and its name.
    guard count > 0, let open = unsafe context?.pointee.nsNr, open > 2 * limits.namespaces else {
      return true
    }
    fail(
      "more than \(limits.namespaces) namespaces are open at once",
      hint: "remove the declarations that no name needs", at: tagPosition())
    return false
  }
}
