// docs/diagnostics.md is what the code says; run with RECORD=1 to write it again.

import Foundation
import PortGroupModel
import Testing

@Suite struct DiagnosticsDocumentTests {
  @Test func `the page of diagnostics is kept equal to the codes`() throws {
    let file = try Self.packageRoot().appending(path: "docs/diagnostics.md")
    guard ProcessInfo.processInfo.environment["RECORD"] == "1" else {
      let found = try String(contentsOf: file, encoding: .utf8)
      #expect(found == Self.page, "run the tests with RECORD=1 to write docs/diagnostics.md again")
      return
    }
    try Data(Self.page.utf8).write(to: file)
    Issue.record("docs/diagnostics.md was recorded; run the tests again without RECORD")
  }

  /// The folder of Package.swift, above this file.
  private static func packageRoot() throws -> URL {
    var folder = URL(filePath: #filePath).deletingLastPathComponent()
    while folder.path != "/" {
      let manifest = folder.appending(path: "Package.swift")
      if FileManager.default.fileExists(atPath: manifest.path) { return folder }
      folder.deleteLastPathComponent()
    }
    throw CocoaError(.fileNoSuchFile)
  }

  private static let example = Diagnostic(
    .error, .portOutOfRange,
    at: Place(
      file: "servers.csv", line: 7, column: 42, record: 6, field: "Port", value: "99999"),
    "Port is 99999; allowed is 0 to 9999",
    hint: "if your server takes it all the same, pass --allow port-out-of-range")

  private static let page = """
    # Diagnostics and failures

    Everything that can be wrong has a code that stays the same from version to version, so that a
    script can rely on it. This page is written from the program's own tables.

    ## What is wrong with the input

    The whole input is read and checked before anything is sent, and all that is wrong with it is told
    at once, each like this:

        \(example.rendered.replacing("\n", with: "\n    "))

    First the file as it was named (`-` is standard input), then line and column, both from 1, where
    they are known; columns count characters. Then how bad it is, the code, what is wrong, and on the
    next line what to do about it.

    - An **error** makes the row invalid, or the whole file where it cannot be read on. Nothing is sent
      unless `--skip-invalid` asks for the good rows.
    - A **warning** is sent as it stands, but look at it.
    - A **note** is only worth knowing.

    `--allow CODE` turns an error into a warning, where a real server may know better than the API
    page: only for the codes that say so below.

    | code | meaning | `--allow` |
    |---|---|---|
    \(DiagnosticCode.allCases.map { code in
      "| `\(code.rawValue)` | \(code.meaning) | \(code.canBeAllowed ? "yes" : "") |"
    }.joined(separator: "\n"))

    ## Why a row failed

    A row that passed the checks can still fail against the server as it is. `cupibulk runs rows` shows
    these rows with the code, and with the server's own sentence where it gave one.

    | code | meaning | what to do |
    |---|---|---|
    \(FailureCode.allCases.map { code in
      "| `\(code.rawValue)` | \(code.meaning) | \(code.hint) |"
    }.joined(separator: "\n"))

    """
}
