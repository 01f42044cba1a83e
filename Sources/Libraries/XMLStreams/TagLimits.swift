// How much one tag may hold, so that what libxml2 does with it stays cheap.

import CLibXML

extension ParserState {
  /// Refuses a tag that has grown too long while libxml2 waits for its end.
  mutating func checkTag() {
    guard failure == nil, let context = unsafe context, let input = unsafe context.pointee.input,
      unsafe context.pointee.instate == XML_PARSER_START_TAG,
      unsafe input.pointee.end - input.pointee.cur > limits.tagBytes
    else { return }
    let message = "a tag is longer than \(limits.tagBytes) bytes"
    fail(message, hint: "most likely it is never closed", at: currentPosition())
  }

  /// Refuses a tag with which too many namespaces are open.
  ///
  /// They stay open as long as the element, and libxml2 looks through all of them for each name within.
  mutating func acceptsNamespaces(_ count: Int) -> Bool {
    // libxml2 keeps two pointers for each: its prefix and its name.
    guard count > 0, let open = unsafe context?.pointee.nsNr, open > 2 * limits.namespaces else {
      return true
    }
    fail(
      "more than \(limits.namespaces) namespaces are open at once",
      hint: "remove the declarations that no name needs", at: tagPosition())
    return false
  }
}
