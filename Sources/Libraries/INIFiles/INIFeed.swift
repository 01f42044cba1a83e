import CInih

/// Hands lines to inih one by one, so that each entry has its line, and collects the entries.
final class INIFeed {
  private let lines: [[UInt8]]
  /// The number of lines that inih has got.
  private var count = 0
  private var entries: [(section: String, entry: INIEntry)] = []

  private init(_ lines: [[UInt8]]) { self.lines = lines }

  /// A line of the maximum length with its line end, and a NUL byte.
  private static let bufferSize = Int32(INIDocument.longestLine + 3)
  private static let isConfigured: Bool = {
    cupibulk_inih_configure(bufferSize)
    return true
  }()

  /// The entries of checked lines, each with the section that inih sees it in (`ini_parse_stream`).
  static func entries(
    of lines: [[UInt8]]
  ) throws(INIFault) -> [(section: String, entry: INIEntry)] {
    _ = isConfigured
    let feed = INIFeed(lines)
    // The feed exists until the call returns, and inih keeps no pointer to it.
    let context = unsafe Unmanaged.passUnretained(feed).toOpaque()
    let status = unsafe ini_parse_stream(
      { buffer, size, feed in
        guard let buffer = unsafe buffer, let feed = unsafe feed else { return nil }
        return unsafe Unmanaged<INIFeed>.fromOpaque(feed).takeUnretainedValue()
          .fill(UnsafeMutableBufferPointer(start: buffer, count: Int(size)))
          ? buffer : nil
      }, context,
      { feed, section, key, value in
        guard let feed = unsafe feed, let section = unsafe section, let key = unsafe key,
          let value = unsafe value
        else { return 0 }
        unsafe Unmanaged<INIFeed>.fromOpaque(feed).takeUnretainedValue().add(
          String(cString: section), String(cString: key), String(cString: value))
        return 1
      }, context)
    guard status == 0 else {
      throw INIFault(line: max(Int(status), 1), status > 0 ? .noDelimiter : .unreadable)
    }
    return feed.entries
  }

  /// Copies the next line and a NUL byte; false after the last line.
  private func fill(_ buffer: UnsafeMutableBufferPointer<CChar>) -> Bool {
    guard count < lines.count, lines[count].count < buffer.count else { return false }
    for (index, byte) in lines[count].enumerated() {
      unsafe buffer[index] = CChar(bitPattern: byte)
    }
    unsafe buffer[lines[count].count] = 0
    count += 1
    return true
  }

  private func add(_ section: String, _ key: String, _ value: String) {
    entries.append((section, INIEntry(key: key, value: value, line: count)))
  }
}
