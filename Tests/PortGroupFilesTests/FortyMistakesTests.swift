// Tests of a file with forty different mistakes in forty rows: one pass finds all of them with their places.

import Foundation
import PortGroupFiles
import PortGroupModel
import TestSupport
import Testing

@Suite struct FortyMistakesTests {
  private static let sample = "samples/forty-mistakes.csv"

  private func found() throws -> [ReadRow] {
    let reader = try RowReader(path: Package.root + "/" + Self.sample, options: InputOptions())
    var rows: [ReadRow] = []
    while let row = try reader.next() { rows.append(row) }
    return rows
  }

  @Test func `each row has its own mistake and no other`() throws {
    let rows = try found()
    #expect(rows.map(\.record) == Array(1...40))
    #expect(rows.map(\.line) == Array(2...41))
    #expect(rows.allSatisfy { $0.row == nil && $0.diagnostics.count == 1 })
    let mistakes = rows.flatMap(\.diagnostics)
    #expect(mistakes.allSatisfy { $0.severity == .error })
    #expect(Set(mistakes.map(\.message)).count == 40)
  }

  /// Every mistake in CSV rows that is found without a server, with three exceptions.
  ///
  /// These are a field that exceeds the limit (1 MiB), an unclosed quote (it ends the file), and two rows for one
  /// server (found after all rows are read).
  @Test func `the file has every kind of mistake in a row`() throws {
    let codes = Set(try found().flatMap(\.diagnostics).map(\.code))
    #expect(
      codes == [
        .raggedRow, .textAfterQuote, .strayQuote, .nulByte, .encodingBroken, .groupMissing,
        .guidSyntax, .operationUnknown, .integrationUnknown, .serviceUnknown, .serviceMissing,
        .hostSyntax, .portNotANumber, .portOutOfRange, .precedenceNotANumber,
        .precedenceOutOfRange, .skinnyUnknown, .skinnyNotSCCP, .spreadsheetError,
        .spreadsheetNumber, .spreadsheetDate, .zerosStripped, .hardSpace,
        .curlyQuote, .rowUnidentified, .matchOnCreate, .pimgReadOnly,
      ])
  }

  @Test func `each mistake has its line, column and field`() throws {
    let text = try found().flatMap(\.diagnostics).map { mistake in
      var mistake = mistake
      mistake.place.file = Self.sample
      let field = mistake.place.field
      return mistake.rendered + (field.isEmpty ? "" : "\n    field: \(field)") + "\n"
    }.joined()
    let snapshot = "Tests/Snapshots/forty-mistakes.txt"
    if Package.isRecording {
      try text.write(toFile: Package.root + "/" + snapshot, atomically: true, encoding: .utf8)
      Issue.record("\(snapshot) was recorded again")
    }
    #expect(try Package.text(snapshot) == text)
  }
}
