// The names of elements and attributes, found by where libxml2 keeps them.

import CLibXML

/// The names that one document has used, in the order in which they were met.
///
/// libxml2 interns names in a dictionary of its own: one name, one address.
@safe struct KnownNames: ~Copyable {
  private(set) var texts: [String] = []
  /// The same names as libxml2 has them.
  private var known = RawList<Name>()
  private var indexOfAddress: [UnsafePointer<xmlChar>: Int32] = unsafe [:]
  /// The index of the name that was looked up last.
  private var latest: Int32 = -1

  // Not private: in a debug build the compiler cannot link a list of what is private in another file.
  @safe struct Name: BitwiseCopyable {
    let address: UnsafePointer<xmlChar>
    /// How many bytes it has if they are ASCII, else -1.
    let length: Int32
  }

  /// How many bytes a name has if they are ASCII, else -1.
  @inline(__always)
  func length(at index: Int32) -> Int32 { known[Int(index)].length }

  /// The index of a name that is one of the first or follows the one before; nil where it is neither.
  @inline(__always)
  func nearIndex(of name: UnsafePointer<xmlChar>) -> Int32? {
    // Records have their names in one order.
    let next = Int(latest) &+ 1
    if unsafe next < known.count && known[next].address == name {
      return Int32(truncatingIfNeeded: next)
    }
    // A document has a handful of names; a hostile one may have thousands.
    var candidate = 0
    while candidate < min(known.count, 24) {
      if unsafe known[candidate].address == name { return Int32(truncatingIfNeeded: candidate) }
      candidate &+= 1
    }
    return nil
  }

  /// Notes that a name was met, which makes the name behind it the next one to expect.
  @inline(__always)
  mutating func note(_ index: Int32) { latest = index }

  /// The index of a name; nil where it would be more than `limit` names.
  mutating func index(of name: UnsafePointer<xmlChar>, atMost limit: Int) -> Int32? {
    if let near = unsafe nearIndex(of: name) {
      note(near)
      return near
    }
    if let far = unsafe indexOfAddress[name] { return far }
    guard texts.count < limit else { return nil }
    let index = Int32(texts.count)
    let text = unsafe String(cString: name)
    texts.append(text)
    let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
    known.append(
      unsafe Name(address: name, length: isASCII ? Int32(clamping: text.utf8.count) : -1))
    unsafe indexOfAddress[name] = index
    return index
  }
}
