import Compression
import TestSupport
import Testing

@Suite struct GzipTests {
  private static let text = Array("the same words, the same words, the same words\n".utf8)

  private static func packed(_ bytes: [UInt8]) -> [UInt8] {
    let gzip = Gzip()
    var packed: [UInt8] = []
    gzip.pack(bytes, into: &packed)
    gzip.finish(into: &packed)
    return packed
  }

  /// Decompresses bytes that arrive in pieces of `size`.
  private static func unpacked(_ packed: [UInt8], by size: Int) throws(GzipError) -> [UInt8] {
    let gunzip = Gunzip()
    var bytes: [UInt8] = []
    var rest = packed[...]
    while !rest.isEmpty {
      gunzip.take(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
      while try gunzip.unpack(into: &bytes, atMost: 7) > 0 {}
    }
    try gunzip.finish()
    return bytes
  }

  @Test(arguments: [1, 2, 7, 1_000])
  func `compressed bytes are decompressed, also from several members`(size: Int) throws {
    let packed = Self.packed(Self.text)
    #expect(packed == Self.packed(Self.text))
    #expect(try Self.unpacked(packed, by: size) == Self.text)
    #expect(try Self.unpacked(packed + Self.packed([]) + packed, by: size) == Self.text + Self.text)
  }

  @Test(arguments: [1, 2, 7, 1_000])
  func `damaged, cut and followed data are reported with their place`(size: Int) throws {
    let packed = Self.packed(Self.text)
    #expect(throws: GzipError.cut(byte: packed.count)) {
      try Self.unpacked(packed.dropLast(), by: size)
    }
    #expect(throws: GzipError.followed(byte: packed.count + 1)) {
      try Self.unpacked(packed + [0], by: size)
    }
    var damaged = packed
    damaged[packed.count - 8] ^= 1
    #expect(throws: GzipError.self) { try Self.unpacked(damaged, by: size) }
  }

  @Test func `a checksum equals that of gzip, for pieces of any size`() {
    let packed = Self.packed(Self.text)
    let trailer = packed[(packed.count - 8)..<(packed.count - 4)].reversed()
    let value = trailer.reduce(0) { $0 << 8 | UInt32($1) }
    var whole = Checksum()
    whole.update(Self.text)
    var pieces = Checksum()
    for byte in Self.text { pieces.update([byte]) }
    #expect(whole.value == value && pieces.value == value)
    #expect(Checksum().value == 0)
  }
}
