// One file with forty different mistakes in forty rows: all are told in one pass, each at its place.

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

  /// Everything that CSV rows can have wrong without a server, but for a field over the limit (1 MiB), an
  /// unclosed quote (nothing behind it is read), and two rows of one server (told when all are read).
  @Test func `every kind of mistake of a row is among them`() throws {
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

  @Test func `each is told at its line, column and field`() throws {
    let text = try found().flatMap(\.diagnostics).map { mistake in
      var mistake = mistake
      mistake.place.file = Self.sample
      let field = mistake.place.field
      return mistake.rendered + (field.isEmpty ? "" : "\n    field: \(field)") + "\n"
    }.joined()
    let snapshot = "Tests/Snapshots/forty-mistakes.txt"
    if Package.isRecording {
      try text.write(toFile: Package.root + "/" + snapshot, atomically: true, encoding: .utf8)
      Issue.record("\(snapshot) was written anew")
    }
    #expect(try Package.text(snapshot) == text)
  }
}
