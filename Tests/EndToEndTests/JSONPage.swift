import CommandLineTool
import Foundation
import TestSupport

/// docs/json.md: an introduction, and a section for each shape, which is made from the program's own lists of keys.
struct JSONPage {
  static let path = "docs/json.md"
  private static let marker =
    "<!-- From here on, the tests make this page from the lists of keys in the program (RECORD=1). -->"

  /// What the page says of a shape.
  struct Section {
    var example: String?
    var schema = ""
  }

  let text: String
  /// The sections by the name of the shape.
  private(set) var sections: [String: Section] = [:]

  init() throws {
    text = try Package.text(Self.path)
    var (type, block): (String?, [Substring]?) = (nil, nil)
    let made = text.firstRange(of: Self.marker).map { text[$0.upperBound...] } ?? ""
    for line in made.split(separator: "\n", omittingEmptySubsequences: false) {
      if let name = line.firstMatch(of: /^## `([a-z-]+)`$/)?.1 {
        type = String(name)
        sections[String(name)] = Section()
      } else if line == "```json" {
        block = []
      } else if line == "```", let lines = block, let type {
        let text = lines.joined(separator: "\n")
        if text.contains("\"$schema\"") {
          sections[type]?.schema = text
        } else {
          sections[type]?.example = text
        }
        block = nil
      } else {
        block?.append(line)
      }
    }
  }

  /// The shapes that the table of the page has for each command, by the command's name.
  var shapesOfCommands: [String: Set<String>] {
    var shapes: [String: Set<String>] = [:]
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
    for row in rows.map({ $0.split(separator: "|", omittingEmptySubsequences: false) })
    where row.count == 5 && row[1].contains(/`[a-z ]+`/) {
      func words(_ cell: Substring) -> [String] {
        cell.matches(of: /`([a-z -]+)`/).map { String($0.output.1) }
      }
      let printed = words(row[2]) + words(row[3])
      guard !printed.isEmpty, printed.allSatisfy({ sections[$0] != nil }) else { continue }
      for command in words(row[1]) { shapes[command] = Set(printed) }
    }
    return shapes
  }

  /// The whole page, with an example for each shape.
  func rendered(_ examples: [String: String]) -> String {
    let end = text.firstRange(of: Self.marker)?.lowerBound ?? text.endIndex
    return text[..<end] + Self.marker + "\n"
      + JSONCatalog.shapes.map { shape in
        """

        ## `\(shape.type)`

        \(shape.summary)

        \(shape.tables)
        ```json
        \(examples[shape.type] ?? "")
        ```

        <details><summary>JSON Schema</summary>

        ```json
        \(shape.schema)```

        </details>

        """
      }.joined()
  }

  /// Writes the page with the first object of each shape as its example.
  func record(_ printed: [(type: String, text: String)]) throws {
    let examples = Dictionary(printed.map { ($0.type, Self.neutral($0.text)) }) { first, _ in first
    }
    try rendered(examples).write(
      toFile: Package.root + "/" + Self.path, atomically: true, encoding: .utf8)
  }

  /// The text without the names of this machine.
  private static func neutral(_ text: String) -> String {
    text.trimmingCharacters(in: .newlines)
      .replacing(/"(who|by)":"[^"]*"/) { "\"\($0.output.1)\":\"jd@jump01\"" }
      .replacing(/cupibulk-test-[A-Za-z0-9]{6}/, with: "cupibulk")
  }
}
