// Words of other programs lead to the right command.

import Testing

@testable import CommandLineTool

@Suite struct IntentTests {
  /// Parses a command line in which a number, a time and a command are replaced by examples.
  static func parse(_ line: String) throws {
    let words = line.split(separator: " ").dropFirst().map { word in
      switch word {
      case "N": "1"
      case "HH:MM": "04:15"
      case "COMMAND": "import"
      default: String(word)
      }
    }
    #expect(line.hasPrefix("cupibulk "), "\(line)")
    _ = try ArgumentParser.parse(words, environment: [:])
  }

  @Test(arguments: Set(Intent.all.flatMap(\.advice).map(\.line)).sorted())
  func `each line of the table can be typed`(line: String) throws {
    try Self.parse(line)
  }

  @Test func `each word is in lower case and in the table once, and no command`() {
    let words = Intent.all.flatMap(\.words)
    #expect(words.count > 200)
    #expect(Set(words).count == words.count)
    let names = Set(Command.allPaths().map(\.name))
    for word in words {
      #expect(word == word.lowercased() && !names.contains(word), "\(word)")
      let parts = word.split(separator: " ").map(String.init)
      #expect(parts.count <= 2, "\(word)")
      guard parts.count == 2 else { continue }
      #expect(Command.root.subcommand(parts[0])?.subcommands.isEmpty == false, "\(word)")
    }
  }

  @Test func `clauses have no full stop, and are short enough for a line or two`() {
    for intent in Intent.all {
      #expect(!intent.advice.isEmpty)
      for advice in intent.advice { #expect(!advice.clause.hasSuffix(".")) }
      #expect(intent.text.count < 230, "\(intent.text)")
    }
  }

  /// What people type from other tools.
  @Test(arguments: [
    "delete", "remove", "rm", "login", "logout", "auth", "config", "configure", "status", "list",
    "ls", "sync", "dump", "load", "push", "pull", "upload", "download", "update", "add", "create",
    "new", "init", "check", "test", "verify", "ping", "history", "log", "logs", "show", "rollback",
    "revert", "retry", "continue", "cancel", "stop", "approve", "compare", "snapshot", "archive",
    "cron", "daemon", "server", "mock", "simulate", "dry-run", "whoami", "info", "upgrade", "man",
    "doctor", "rehearse", "map", "resets", "worker", "report", "runs status", "backup restore",
    "backup create", "target edit", "plan create", "schedule create", "DELETE", "Runs Status",
  ])
  func `the word is known`(word: String) {
    #expect(Intent.meant(by: word) != nil)
  }
}
