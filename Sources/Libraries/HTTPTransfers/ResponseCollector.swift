import Bytes
import Glibc
import HTTPMessages

/// Builds a response from header lines and body parts, within size limits.
struct ResponseCollector {
  /// The maximum size of the header in bytes.
  let headerLimit: Int
  /// The maximum size of the body in bytes.
  let bodyLimit: Int
  private(set) var body: [UInt8] = []
  private(set) var isTooLarge = false
  private var lines: [HeaderFields.Line] = []
  private var headerBytes = 0
  /// True once the empty line after the header has been received.
  private(set) var headersEnded = false

  init(_ options: TransferOptions) {
    self.init(headerLimit: options.headerLimit, bodyLimit: options.responseLimit)
  }

  init(headerLimit: Int, bodyLimit: Int) {
    self.headerLimit = headerLimit
    self.bodyLimit = bodyLimit
  }

  /// True until the first byte of a response has been received.
  var isEmpty: Bool { headerBytes == 0 }

  /// Adds one header line with its line end; returns false if the limit is exceeded.
  mutating func takeHeaderLine(_ bytes: Span<UInt8>) -> Bool {
    headerBytes += bytes.count
    guard headerBytes <= headerLimit else {
      isTooLarge = true
      return false
    }
    var end = bytes.count
    while end > 0, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    let line = bytes.extracting(..<end)
    if line.begins(with: "HTTP/") && (headersEnded || lines.isEmpty) {
      // The final response begins after an interim response (RFC 9110 §15.2).
      lines = []
      headersEnded = false
    } else if line.isEmpty {
      headersEnded = true
    } else if !headersEnded {
      addField(line)
    }
    return true
  }

  /// Adds a part of the body; returns false if the limit is exceeded.
  mutating func takeBody(_ bytes: RawSpan) -> Bool {
    guard body.count + bytes.byteCount <= bodyLimit else {
      isTooLarge = true
      return false
    }
    unsafe bytes.withUnsafeBytes { unsafe body.append(contentsOf: $0) }
    return true
  }

  func response(status: Int) -> HTTPResponse {
    HTTPResponse(status: status, headerFields: HeaderFields(lines), body: body)
  }

  private mutating func addField(_ line: Span<UInt8>) {
    if line[0].isWhiteSpace {
      // A folded line continues the previous value (RFC 9112 §5.2); white space around its text is removed.
      let text = line.trimmedText
      guard let last = lines.indices.last, !text.isEmpty else { return }
      lines[last].value += lines[last].value.isEmpty ? text : " " + text
    } else {
      var colon = 0
      while colon < line.count, line[colon] != UInt8(ascii: ":") { colon += 1 }
      guard colon < line.count else { return }
      lines.append(
        .init(
          name: line.extracting(..<colon).trimmedText,
          value: line.extracting((colon + 1)...).trimmedText))
    }
  }
}

extension Span<UInt8> {
  fileprivate func begins(with text: StaticString) -> Bool {
    guard count >= text.utf8CodeUnitCount else { return false }
    return unsafe withUnsafeBytes { bytes in
      unsafe bytes.baseAddress.map {
        unsafe memcmp($0, text.utf8Start, text.utf8CodeUnitCount) == 0
      } ?? false
    }
  }
}
