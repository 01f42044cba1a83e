/// Gathers an answer out of header lines and body parts, within limits; does no I/O.
import HTTPMessages

struct AnswerCollector {
  let headerLimit: Int
  let bodyLimit: Int
  private(set) var body: [UInt8] = []
  private(set) var isTooLarge = false
  private var lines: [HeaderFields.Line] = []
  private var headerBytes = 0
  /// True once the empty line behind the header came.
  private(set) var headersEnded = false

  init(_ options: TransferOptions) {
    self.init(headerLimit: options.headerLimit, bodyLimit: options.responseLimit)
  }

  init(headerLimit: Int, bodyLimit: Int) {
    self.headerLimit = headerLimit
    self.bodyLimit = bodyLimit
  }

  /// True until the first byte of an answer came.
  var isEmpty: Bool { headerBytes == 0 }

  /// Takes one line with its line end; false if the limit is passed.
  mutating func takeHeaderLine(_ bytes: RawSpan) -> Bool {
    headerBytes += bytes.byteCount
    guard headerBytes <= headerLimit else {
      isTooLarge = true
      return false
    }
    let line = bytes.withoutLineEnd
    if line.starts(with: "HTTP/".utf8) && (headersEnded || lines.isEmpty) {
      // The final answer begins behind an interim one (RFC 9110 §15.2).
      lines = []
      headersEnded = false
    } else if line.isEmpty {
      headersEnded = true
    } else if !headersEnded {
      takeField(line)
    }
    return true
  }

  /// Takes a part of the body; false if the limit is passed.
  mutating func takeBody(_ bytes: RawSpan) -> Bool {
    guard body.count + bytes.byteCount <= bodyLimit else {
      isTooLarge = true
      return false
    }
    unsafe bytes.withUnsafeBytes { unsafe body.append(contentsOf: $0) }
    return true
  }

  func response(status: Int) -> HTTPResponse {
    var fields = HeaderFields()
    for line in lines { fields.append(name: line.name, value: line.value) }
    return HTTPResponse(status: status, headerFields: fields, body: body)
  }

  private mutating func takeField(_ line: [UInt8]) {
    if line[0].isBlank {
      // A folded line goes on with the value before it (RFC 9112 §5.2).
      guard let last = lines.indices.last else { return }
      lines[last].value += " " + line[...].trimmedText
    } else {
      let name = line.prefix { $0 != UInt8(ascii: ":") }
      guard name.count < line.count else { return }
      lines.append(.init(name: name.trimmedText, value: line[(name.count + 1)...].trimmedText))
    }
  }
}

extension RawSpan {
  fileprivate var withoutLineEnd: [UInt8] {
    var line = unsafe withUnsafeBytes { unsafe [UInt8]($0) }
    while let last = line.last, last == 0x0A || last == 0x0D { line.removeLast() }
    return line
  }
}

extension ArraySlice<UInt8> {
  /// The text without blanks around it; broken UTF-8 is mended.
  fileprivate var trimmedText: String {
    let start = drop { $0.isBlank }
    let end = start.lastIndex { !$0.isBlank }.map { $0 + 1 } ?? start.startIndex
    return String(decoding: start[..<end], as: UTF8.self)
  }
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 }
}
