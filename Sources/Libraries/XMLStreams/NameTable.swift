import CLibXML

/// The element and attribute names of one document, in the order of their first use.
///
/// libxml2 interns names, so a name is found by its address.
@safe struct NameTable: ~Copyable {
  private(set) var texts: [String] = []
  /// The same names in libxml2's memory.
  private var entries = RawList<Entry>()
  private var indexOfAddress: [UnsafePointer<xmlChar>: Int32] = unsafe [:]
  /// The index of the name noted last.
  private var latest: Int32 = -1

  // Not private: a debug build fails to link a `RawList` of a private type from another file.
  @safe struct Entry: BitwiseCopyable {
    let address: UnsafePointer<xmlChar>
    /// The number of bytes if all are ASCII, otherwise -1.
    let length: Int32
  }

  /// Returns the number of bytes of a name if all are ASCII, otherwise -1.
  @inline(__always)
  func length(at index: Int32) -> Int32 { entries[Int(index)].length }

  /// Returns the index of a name that is one of the first names or follows the latest one; `nil` for other names.
  @inline(__always)
  func fastIndex(of name: UnsafePointer<xmlChar>) -> Int32? {
    // Most records have their names in the same order.
    let next = Int(latest) &+ 1
    if unsafe next < entries.count && entries[next].address == name {
      return Int32(truncatingIfNeeded: next)
    }
    // A normal document has few names; a hostile one may have thousands.
    var candidate = 0
    while candidate < min(entries.count, 24) {
      if unsafe entries[candidate].address == name { return Int32(truncatingIfNeeded: candidate) }
      candidate &+= 1
    }
    return nil
  }

  /// Notes that a name was used, so that `fastIndex` tries the name after it first.
  @inline(__always)
  mutating func note(_ index: Int32) { latest = index }

  /// Returns the index of a name, adding it if it is new; `nil` if there would be more than `limit` names.
  mutating func index(of name: UnsafePointer<xmlChar>, atMost limit: Int) -> Int32? {
    if let index = unsafe fastIndex(of: name) {
      note(index)
      return index
    }
    if let index = unsafe indexOfAddress[name] { return index }
    guard texts.count < limit else { return nil }
    let index = Int32(texts.count)
    let text = unsafe String(cString: name)
    texts.append(text)
    let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
    entries.append(
      unsafe Entry(address: name, length: isASCII ? Int32(clamping: text.utf8.count) : -1))
    unsafe indexOfAddress[name] = index
    return index
  }
}
