// Tests with unusual texts: each format returns what was written, or has an error with a place.

import BulkFiles
import Foundation
import PortGroupFiles
import PortGroupModel
import TestSupport
import Testing

@Suite struct HostileTextTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Returns a text of a few unusual Unicode scalars.
  private func text(_ chance: inout SeededGenerator) -> String {
    let corners: [ClosedRange<UInt32>] = [
      0x00...0x1F, 0x20...0x7E, 0x20...0x7E, 0x7F...0xA0, 0x2018...0x202F, 0xD7F0...0xD7FF,
      0xE000...0xE010, 0xFDD0...0xFDEF, 0xFEFF...0xFEFF, 0xFFF9...0xFFFF, 0x1F600...0x1F610,
      0x10FFF0...0x10FFFF, 0x22...0x22, 0x2C...0x2C, 0x0A...0x0D, 0x26...0x3E, 0x5B...0x5D,
    ]
    var text = ""
    for _ in 0..<Int.random(in: 0...4, using: &chance) {
      let value = UInt32.random(in: chance.pick(corners), using: &chance)
      if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
    }
    return text
  }

  /// Returns JSON Lines with every UTF-16 unit of the value escaped; the value begins in column 14.
  private func lines(_ texts: [String]) -> String {
    texts.map { text in
      let escaped = text.utf16.map { unit in
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
      return "{\"PortGroup\":\"\(escaped.joined())\"}\n"
    }.joined()
  }

  private func convert(
    _ text: String, from: BulkFormat = .json, to format: BulkFormat
  ) throws(FileConversion.Failure) -> String {
    var options = InputOptions()
    options.format = from
    var conversion = FileConversion(options: options, format: format, lines: format == .json)
    _ = try conversion.run(
      from: ByteSource(name: "in", bytes: Array(text.utf8), chunk: 7), to: folder.path("out"))
    return (try? folder.read("out")) ?? "no file"
  }

  /// Returns whether a format allows a text as a value; the empty text is not a value, because it clears the field.
  private func canHold(_ text: String, _ format: BulkFormat) -> Bool {
    let scalars = text.unicodeScalars.map(\.value)
    if scalars.contains(0) { return false }
    switch format {
    case .csv: return scalars.isEmpty || !scalars.allSatisfy { $0 == 0x20 || $0 == 0x09 }
    case .json: return true
    case .xml:
      let isText = scalars.allSatisfy {
        $0 >= 0x20 && $0 != 0xFFFE && $0 != 0xFFFF || [0x09, 0x0A, 0x0D].contains($0)
      }
      return isText && (scalars.isEmpty || scalars.contains { $0 > 0x20 })
    }
  }

  @Test(arguments: BulkFormat.allCases, 0..<4)
  func `a format returns what was written, and a refused text has its place`(
    _ format: BulkFormat, seed: Int
  ) throws {
    var chance = SeededGenerator(seed: UInt64(seed))
    let texts = (0..<300).map { _ in text(&chance) } + ["\u{0}", "a\u{0}b", "", " "]
    let refused = texts.indices.filter { !canHold(texts[$0], format) }
    #expect(!refused.isEmpty && refused.count < 250)
    let failure = #expect(throws: FileConversion.Failure.self) {
      try convert(lines(texts), to: format)
    }
    guard case .input(let diagnostics) = failure else {
      Issue.record("not reported as an input fault: \(String(describing: failure))")
      return
    }
    #expect(diagnostics.map(\.place.line) == refused.map { $0 + 1 })
    #expect(diagnostics.allSatisfy { $0.place.column == 14 && $0.code == .valueNotConvertible })

    let good = lines(texts.indices.filter { !refused.contains($0) }.map { texts[$0] })
    let canonical = try convert(good, to: .json)
    #expect(try convert(try convert(good, to: format), from: format, to: .json) == canonical)
    #expect(parsed(canonical) == parsed(good))
  }

  /// Returns the values as Foundation, an independent reader, reads them; it removes byte order marks from values.
  private func parsed(_ lines: String) -> [String?] {
    lines.split(separator: "\n").map { line in
      let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
      return object?["PortGroup"]?.replacing("\u{FEFF}", with: "")
    }
  }
}
