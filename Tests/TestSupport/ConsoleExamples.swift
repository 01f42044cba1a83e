import Foundation

/// A document whose `console` blocks hold commands (lines that begin with `$ `) and their output.
///
/// Tests run the commands and compare the output. Standard output and standard error are in the order in which a
/// terminal shows them. Names of runs, times and new ids differ between runs; only their form is compared.
package struct ConsoleExamples {
  /// One command of a block and the lines that follow it.
  package struct Example: Sendable {
    package var line: Int
    package var command: String
    package var expected: String
  }

  package let path: String
  private let lines: [String]

  /// Reads a document of the package.
  package init(_ path: String) throws {
    self.path = path
    lines = try Package.text(path).components(separatedBy: "\n")
  }

  /// All examples, in the order of the document.
  package var examples: [Example] {
    var found: [Example] = []
    var isInside = false
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if isInside, line.hasPrefix("$ ") {
        found.append(
          Example(line: index + 1, command: String(line.dropFirst(2)), expected: ""))
      } else if isInside, !found.isEmpty {
        found[found.count - 1].expected += line + "\n"
      }
    }
    return found
  }

  /// Rewrites the document with the real output of the commands, in the order of `examples`.
  package func record(_ outputs: [String]) throws {
    var text: [String] = []
    var isInside = false
    var next = 0
    for line in lines {
      if line.hasPrefix("```") {
        isInside = line == "```console"
        text.append(line)
      } else if isInside, line.hasPrefix("$ ") {
        text.append(line)
        text += outputs[next].split(separator: "\n", omittingEmptySubsequences: false)
          .dropLast().map(String.init)
        next += 1
      } else if !isInside {
        text.append(line)
      }
    }
    try text.joined(separator: "\n").write(
      toFile: Package.root + "/" + path, atomically: true, encoding: .utf8)
  }

  /// Returns the text with everything that differs between runs replaced by its form.
  package static func shape(_ text: String) -> String {
    let patterns: [(String, String)] = [
      (#"[0-9]{8}T[0-9]{6}Z-[0-9a-z]{4}"#, "RUN"),
      (#"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z"#, "TIME"),
      (#"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"#, "GUID"),
      (#"\b([0-9]+h )?([0-9]+m )?[0-9]+(\.[0-9]+)?s\b"#, "DURATION"),
      (#"127\.0\.0\.1:[0-9]+"#, "127.0.0.1:PORT"),
      (#"\b[A-Z2-7]{26}\b"#, "FINGERPRINT"),
      (#"\b[0-9a-f]{64}\b"#, "SHA256"),
      (#"\b[0-9a-f]{2}/SHA256"#, "XX/SHA256"),
      (#"\b(sandbox_[a-z]+\.db)-[0-9a-f]{8}\b"#, "$1-ID"),
      (#"\([A-Z2-7]{8} for short\)"#, "(SHORT for short)"),
      (#"(?m)^made by      .*$"#, "made by      WHO"),
      (#"(?m)^who      .*$"#, "who      WHO"),
    ]
    return patterns.reduce(text) { text, pattern in
      text.replacingOccurrences(of: pattern.0, with: pattern.1, options: .regularExpression)
    }
  }

  /// Runs one example in the folder, and returns its output as a terminal would show it.
  package static func run(_ example: Example, in folder: String) async throws -> String {
    let bin = URL(filePath: Package.program).deletingLastPathComponent().path
    let run = try await ProgramRun.run(
      ["-c", "exec 2>&1; \(example.command)"], program: "/bin/bash", in: folder,
      // The output must not depend on the duration.
      environment: ["PATH": bin + ":/usr/bin:/bin", "CUPIBULK_PROGRESS": "none"])
    return run.output
  }
}
