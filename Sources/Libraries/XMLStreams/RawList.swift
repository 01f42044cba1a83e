/// A growable list of trivial values with its own memory, for libxml2's callbacks.
///
/// Appending costs one comparison and one store. An array also checks at every change that its memory is not
/// shared; the memory of this list cannot be.
@safe struct RawList<Element: BitwiseCopyable>: ~Copyable {
  /// Memory for `capacity` elements, of which the first `count` are initialised.
  ///
  /// The list owns it until `deinit`, and no pointer to it leaves this list.
  private var start: UnsafeMutablePointer<Element>
  private var capacity: Int
  private(set) var count = 0

  /// Creates an empty list.
  init() {
    capacity = 64
    unsafe start = .allocate(capacity: capacity)
  }

  deinit { unsafe start.deallocate() }

  /// Accesses an element; `index` is checked.
  subscript(index: Int) -> Element {
    @inline(__always) _read {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      // All elements below `count` are initialised.
      yield unsafe start[index]
    }
    @inline(__always) _modify {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      yield unsafe &start[index]
    }
  }

  /// The last element; `nil` if the list is empty.
  var last: Element? { count > 0 ? self[count - 1] : nil }

  /// Returns whether `added` more elements fit without growing.
  @inline(__always)
  func hasRoom(for added: Int = 1) -> Bool { added <= capacity &- count }

  /// Appends one element.
  @inline(__always)
  mutating func append(_ element: Element) {
    if !hasRoom() { grow(by: 1) }
    unsafe appendUnchecked(element)
  }

  /// Appends copies of elements from other memory.
  mutating func append(contentsOf others: UnsafeBufferPointer<Element>) {
    if !hasRoom(for: others.count) { grow(by: others.count) }
    unsafe appendUnchecked(contentsOf: others)
  }

  /// Appends one element; the caller has checked `hasRoom`.
  @unsafe @inline(__always)
  mutating func appendUnchecked(_ element: Element) {
    unsafe start[count] = element
    count &+= 1
  }

  /// Appends copies of elements from other memory; the caller has checked `hasRoom`.
  @unsafe @inline(__always)
  mutating func appendUnchecked(contentsOf others: UnsafeBufferPointer<Element>) {
    guard let first = others.baseAddress else { return }
    unsafe (start + count).initialize(from: first, count: others.count)
    count &+= others.count
  }

  /// Removes the last element; the list must not be empty.
  @inline(__always)
  mutating func removeLast() {
    precondition(count > 0)
    count &-= 1
  }

  /// Removes and returns the last element; `nil` if the list is empty.
  mutating func popLast() -> Element? {
    guard count > 0 else { return nil }
    count &-= 1
    // It is initialised and not yet overwritten.
    return unsafe start[count]
  }

  /// Removes all elements, and keeps the memory unless it is large.
  mutating func removeAll() {
    count = 0
    if isLarge(capacity) { move(to: 64) }
  }

  /// Replaces the content of an array; the array's memory is reused unless it is large.
  func copy(to array: inout [Element]) {
    array.removeAll(keepingCapacity: !isLarge(array.capacity))
    unsafe array.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
  }

  private func isLarge(_ capacity: Int) -> Bool {
    capacity * MemoryLayout<Element>.stride > 256 << 10
  }

  @inline(never)
  private mutating func grow(by added: Int) { move(to: max(2 * capacity, count + added)) }

  private mutating func move(to capacity: Int) {
    let moved = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    // The new memory is larger than `count`; trivial values need no deinitialisation.
    unsafe moved.initialize(from: start, count: count)
    unsafe start.deallocate()
    unsafe start = unsafe moved
    self.capacity = capacity
  }
}
