// The fast path for a CSV record without quotes or errors: it compares eight bytes at a time.

extension CSVScanner {
  /// Finds the record that begins at `start` if it is valid and has no quotes.
  ///
  /// It must also have as many fields as the previous record in `record`.
  ///
  /// - Returns: where the next record begins; `nil` if `scan` is needed, and `record` is then undefined.
  func scanFast(
    _ input: Span<UInt8>, from start: Int, into record: inout BulkRecord
  ) -> Int? {
    guard record.delimiter == delimiter.rawValue, let found = fields(input, start, &record) else {
      return nil
    }
    guard found.end > start, found.end - start <= min(limits.fieldBytes, limits.recordBytes),
      let next = lineEnd(input, found.end, false)
    else { return nil }
    if found.sawHigh {
      do throws(UTF8.ValidationError) {
        _ = try UTF8Span(validating: input.extracting(start..<found.end))
      } catch {
        return nil
      }
    }
    record.overwrite(with: input.extracting(start..<found.end))
    return next
  }

  /// Replaces the bounds of the previous record's fields, and returns where the line ends.
  @inline(__always)
  private func fields(
    _ input: Span<UInt8>, _ start: Int, _ record: inout BulkRecord
  ) -> (end: Int, sawHigh: Bool)? {
    let delimiters = ones &* UInt64(delimiter.rawValue)
    var fields = record.fields.mutableSpan
    // Loading eight bytes at any offset is valid.
    let bytes = unsafe input.bytes
    var index = 0
    var lower: Int32 = 0
    var high: UInt64 = 0
    var cursor = start
    while cursor + 8 <= input.count {
      let word = unsafe UInt64(
        littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: cursor, as: UInt64.self))
      high |= word
      // The top bit of each byte that is the delimiter, or not above a quote.
      var hits =
        ~(above(word, UInt64(UInt8(ascii: "\""))) & above(word ^ delimiters, 0)) & tops
      while hits != 0 {
        let place = cursor + hits.trailingZeroBitCount >> 3
        hits &= hits &- 1
        // The place is within the word, and the word within the input.
        let byte = unsafe input[unchecked: place]
        let isDelimiter = byte == delimiter.rawValue
        guard isDelimiter || byte == 0x0A || byte == 0x0D else {
          if byte == 0 || byte == UInt8(ascii: "\"") { return nil }
          continue
        }
        guard index < fields.count else { return nil }
        let upper = Int32(truncatingIfNeeded: place - start)
        // The index was checked two lines above.
        unsafe fields[unchecked: index] = BulkRecord.Field(
          lower: lower, upper: upper, name: Int32(truncatingIfNeeded: index))
        index += 1
        lower = upper + 1
        if !isDelimiter { return index == fields.count ? (place, high & tops != 0) : nil }
      }
      cursor += 8
    }
    return nil
  }
}

private let ones: UInt64 = 0x0101_0101_0101_0101
private let tops: UInt64 = 0x8080_8080_8080_8080

/// Returns a word with the top bit set in each byte that is above a limit.
@inline(__always)
private func above(_ word: UInt64, _ limit: UInt64) -> UInt64 {
  ((word & ~tops) &+ ones &* (0x7F - limit)) | word
}
