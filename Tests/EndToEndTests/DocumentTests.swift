import Foundation
import TestSupport
import Testing

/// The examples in the documents show the program's real output.
@Suite struct DocumentTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: Package.root + "/samples", toPath: folder.path + "/samples")
  }

  @Test(arguments: ["README.md", "docs/manual.md"])
  func `the examples of a document show the real output`(document: String) async throws {
    let examples = try ConsoleExamples(document)
    var outputs: [String] = []
    for example in examples.examples {
      let output = try await ConsoleExamples.run(example, in: folder.path)
      outputs.append(output)
      if Package.isRecording { continue }
      #expect(
        ConsoleExamples.shape(output) == ConsoleExamples.shape(example.expected),
        "\(document):\(example.line): \(example.command)")
    }
    #expect(!outputs.isEmpty)
    guard Package.isRecording else { return }
    try examples.record(outputs)
    Issue.record("\(document) was recorded again; read it, and run the tests again without RECORD")
  }

  @Test func `the picture of the README is a small PNG file`() throws {
    let picture = "docs/terminal.png"
    #expect(try Package.text("README.md").contains("](\(picture))"))
    let bytes = try Data(contentsOf: URL(filePath: Package.root + "/" + picture))
    #expect(bytes.starts(with: [0x89] + Array("PNG\r\n".utf8)))
    #expect(bytes.count < 200_000)
  }
}
