// The lists that libxml2's callbacks write to: to add to one costs a comparison and a store.

/// A growing list of plain values in memory of its own.
///
/// An array asks at every change whether somebody else holds its memory; nobody else can hold this list's.
@safe struct RawList<Element: BitwiseCopyable>: ~Copyable {
  /// Room for `capacity` elements, of which the first `count` are set; it is ours until `deinit`, and no
  /// pointer to it leaves this list.
  private var start: UnsafeMutablePointer<Element>
  private var capacity: Int
  private(set) var count = 0

  /// Makes an empty list.
  init() {
    capacity = 64
    unsafe start = .allocate(capacity: capacity)
  }

  deinit { unsafe start.deallocate() }

  /// One element; `index` is checked.
  subscript(index: Int) -> Element {
    @inline(__always) _read {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      // Below `count` all are set.
      yield unsafe start[index]
    }
    @inline(__always) _modify {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      yield unsafe &start[index]
    }
  }

  /// The last element; nil where there is none.
  var last: Element? { count > 0 ? self[count - 1] : nil }

  /// True where that many more elements need no more memory.
  @inline(__always)
  func hasRoom(for added: Int = 1) -> Bool { added <= capacity &- count }

  /// Adds one element.
  @inline(__always)
  mutating func append(_ element: Element) {
    if !hasRoom() { grow(by: 1) }
    unsafe appendUnchecked(element)
  }

  /// Adds copies of elements that lie elsewhere.
  mutating func append(contentsOf others: UnsafeBufferPointer<Element>) {
    if !hasRoom(for: others.count) { grow(by: others.count) }
    unsafe appendUnchecked(contentsOf: others)
  }

  /// Adds one element; there must be room, as `hasRoom` tells.
  @unsafe @inline(__always)
  mutating func appendUnchecked(_ element: Element) {
    unsafe start[count] = element
    count &+= 1
  }

  /// Adds copies of elements that lie elsewhere; there must be room for them, as `hasRoom` tells.
  @unsafe @inline(__always)
  mutating func appendUnchecked(contentsOf others: UnsafeBufferPointer<Element>) {
    guard let first = others.baseAddress else { return }
    unsafe (start + count).initialize(from: first, count: others.count)
    count &+= others.count
  }

  /// Takes the last element away; there is one.
  @inline(__always)
  mutating func removeLast() {
    precondition(count > 0)
    count &-= 1
  }

  /// Takes the last element away; nil where there is none.
  mutating func popLast() -> Element? {
    guard count > 0 else { return nil }
    count &-= 1
    // It was set, and is not yet written over.
    return unsafe start[count]
  }

  /// Forgets all elements, and keeps the memory unless it is much.
  mutating func removeAll() {
    count = 0
    if isMuch(capacity) { move(to: 64) }
  }

  /// Puts the elements into an array in place of what it holds; its memory is used again unless it is much.
  func copy(to array: inout [Element]) {
    array.removeAll(keepingCapacity: !isMuch(array.capacity))
    unsafe array.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
  }

  private func isMuch(_ capacity: Int) -> Bool {
    capacity * MemoryLayout<Element>.stride > 256 << 10
  }

  @inline(never)
  private mutating func grow(by added: Int) { move(to: max(2 * capacity, count + added)) }

  private mutating func move(to capacity: Int) {
    let moved = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    // There is room for more than that many; plain values need no other farewell than to be left.
    unsafe moved.initialize(from: start, count: count)
    unsafe start.deallocate()
    unsafe start = unsafe moved
    self.capacity = capacity
  }
}
