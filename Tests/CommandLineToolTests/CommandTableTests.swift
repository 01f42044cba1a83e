import CommandLineTool
import Foundation
import Testing

/// The tables of commands and options follow their own rules.
@Suite struct CommandTableTests {
  static let paths = Command.allPaths()

  private let options = paths.flatMap(\.command.options)

  @Test func `options of one name agree on whether they take a value and on their letter`() {
    for option in options {
      for other in options where other.name == option.name {
        #expect((other.value == .none) == (option.value == .none), "--\(option.name)")
        #expect(other.short == option.short, "--\(option.name)")
      }
    }
  }

  @Test func `a letter belongs to one option`() {
    for option in options where option.short != nil {
      let holders = Set(options.filter { $0.short == option.short }.map(\.name))
      #expect(holders == [option.name])
    }
  }

  @Test func `a variable has one meaning in all commands`() {
    for option in options {
      guard let variable = option.environmentName else { continue }
      let kinds = Set(
        options.filter { $0.environmentName == variable }.map { "\($0.value)" })
      #expect(kinds.count == 1, "\(variable)")
    }
  }

  @Test func `an option that disables a protection has no variable`() {
    for option in Option.disarming {
      #expect(option.environmentName == nil, "--\(option.name)")
    }
    #expect(Option.skipInvalid.environmentName == "CUPIBULK_SKIP_INVALID")
  }

  @Test func `defaults are values that the option allows`() throws {
    for path in Self.paths {
      for option in path.command.options {
        guard let fallback = option.fallback else { continue }
        #expect(option.complaint(about: fallback) == nil, "--\(option.name)")
      }
    }
  }

  @Test(arguments: paths)
  func `a command lists each option once, and its required ones among them`(path: CommandPath) {
    let command = path.command
    #expect(Set(command.options.map(\.name)).count == command.options.count)
    #expect(Set(command.required).isSubset(of: command.options))
    #expect(Set(command.exclusive).isSubset(of: command.options))
    let defaultName = command.defaultSubcommand
    #expect(defaultName == nil || command.subcommand(defaultName ?? "") != nil)
  }

  @Test(arguments: paths)
  func `help is clauses without full stops`(path: CommandPath) {
    let command = path.command
    let clauses =
      [command.summary] + command.options.map(\.help) + command.operands.map(\.help)
      + command.examples.map(\.purpose)
    for clause in clauses { #expect(!clause.hasSuffix(".") && !clause.isEmpty, "\(clause)") }
  }

  /// Pipes are removed: only the part with the program's name is parsed.
  @Test(arguments: paths)
  func `examples can be typed as they are`(path: CommandPath) throws {
    for example in path.command.examples {
      let own = try #require(example.line.range(of: "cupibulk "))
      // A quoted text is one word.
      let words = example.line[own.upperBound...]
        .replacing(/"([^"]*)"/) { $0.output.1.replacing(" ", with: "-") }.split(separator: " ")
      #expect(throws: Never.self, "\(example.line)") {
        try ArgumentParser.parse(words.map(String.init), environment: [:])
      }
    }
  }
}
