// docs/diagnostics.md has the codes with their meanings and hints; run with RECORD=1 to write it again.

import Foundation
import PortGroupModel
import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct DiagnosticsDocumentTests {
  @Test func `the page of diagnostics equals the codes`() throws {
    let path = "docs/diagnostics.md"
    if Package.isRecording {
      try Self.page.write(toFile: Package.root + "/" + path, atomically: true, encoding: .utf8)
      Issue.record("\(path) was recorded; run the tests again without RECORD")
    }
    #expect(
      try Package.text(path) == Self.page, "run the tests with RECORD=1 to write \(path) again")
  }

  private static let example = {
    var example = Diagnostic(
      .error, .portOutOfRange,
      at: Place(
        file: "servers.csv", line: 7, column: 42, record: 6, field: "Port", value: "99999"),
      "Port is 99999; allowed is 0 to 9999", hint: Hint("", .allow))
    example.hint = Hint(example.fullHint)
    return example
  }()

  private static let page = """
    # Diagnostics and failures

    Everything that can be wrong has a code that stays the same from version to version, so that a
    script can rely on it. This page is written from the program's own tables.

    ## What is wrong with the input

    The whole input is read and checked before anything is sent, and all that is wrong with it is
    reported at once, each like this:

        \(example.rendered.replacing("\n", with: "\n    "))

    First the file as it was named (`-` is standard input), then line and column, both from 1, where
    they are known; columns count characters. Then the severity, the code, what is wrong, and on the
    next line what to do about it.

    - An **error** makes the row invalid, or the whole file if reading cannot continue. Nothing is sent
      unless `--skip-invalid` asks for the good rows.
    - A **warning** does not stop the row, but look at it.
    - A **note** is only worth knowing.

    `--allow CODE` turns an error into a warning, because a real server may accept what the API page
    does not allow: only for the codes marked below. `schema` is checked only with `--schema`.

    | code | meaning | `--allow` |
    |---|---|---|
    \(DiagnosticCode.allCases.map { code in
      "| `\(code.rawValue)` | \(code.meaning) | \(code.canBeAllowed ? "yes" : "") |"
    }.joined(separator: "\n"))

    ## Why a row failed

    A row that passed the checks can still fail on the server. `cupibulk runs rows` shows these rows
    with the code, and with the server's message if there is one.

    | code | meaning | what to do |
    |---|---|---|
    \(FailureCode.allCases.map { code in
      "| `\(code.rawValue)` | \(code.meaning) | \(code.hint) |"
    }.joined(separator: "\n"))

    """
}
