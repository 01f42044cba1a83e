// Words that are completed in real shells: Enter passes exactly the name that was offered.

import CommandLineTool
import Foundation
import TestSupport
import Testing

@Suite struct CompletionShellTests {
  private let lab: CompletionLab

  init() async throws { lab = try await CompletionLab() }

  @Test(arguments: CompletionLab.Shell.all)
  func `a name is one word, whatever it has, and whatever is typed of it`(
    shell: CompletionLab.Shell
  ) async throws {
    var cases: [(keys: String, words: [String])] = []
    for name in CompletionLab.names {
      let typed = String(name.prefix(2))
      cases.append(("--only-group \(typed)\t", ["--only-group", name]))
      cases.append(("--only-group=\(typed)\t", ["--only-group=" + name]))
      // Behind some signs, fish expects more, and closes no quotes.
      if shell.isFish, let last = name.last, "/=@:.,-".contains(last) { continue }
      cases.append(("--only-group '\(typed)\t", ["--only-group", name]))
      cases.append(("--only-group \"\(typed)\t", ["--only-group", name]))
    }
    for name in CompletionLab.leading {
      cases.append(("--only-group '\(name.prefix(3))\t", ["--only-group", name]))
    }
    cases.append(("--only-group=-d\t", ["--only-group=-dash"]))
    cases.append(("--only-group -d\t", ["--only-group", "-d"]))
    // What cannot be typed is not offered.
    for name in CompletionLab.unofferable {
      cases.append(("--only-group \(name.prefix(2))\t", ["--only-group", String(name.prefix(2))]))
    }
    let pressed = try await lab.press(cases.map { "cupibulk export \($0.keys)\r" }, in: shell)
    for (one, result) in zip(cases, pressed) {
      #expect(result.words == ["export"] + one.words, "\(one.keys): \(result.shown)")
    }
    #expect(try !lab.wasHacked())
  }

  @Test(arguments: CompletionLab.Shell.all)
  func `commands, options, words of a list, targets and runs are completed`(
    shell: CompletionLab.Shell
  ) async throws {
    let cases: [(String, [String])] = [
      ("cupibulk expo\t", ["export"]), ("cupibulk runs prun\t", ["runs", "prune"]),
      ("cupibulk import --skip-inv\t", ["import", "--skip-invalid"]),
      ("cupibulk import --wire js\t", ["import", "--wire", "json"]),
      ("cupibulk import --wire=js\t", ["import", "--wire=json"]),
      ("cupibulk export --target pro\t", ["export", "--target", "prod"]),
      ("cupibulk export --target=bra\t", ["export", "--target=branch.2_x-y"]),
      ("cupibulk target show bra\t", ["target", "show", "branch.2_x-y"]),
      ("cupibulk runs show la\t", ["runs", "show", "last"]),
      ("cupibulk diff run:la\t", ["diff", "run:last"]),
      ("cupibulk diff target:pr\t", ["diff", "target:prod"]),
      ("cupibulk import --allow port-o\t", ["import", "--allow", "port-out-of-range"]),
      ("./bin/cupibulk expo\t", ["export"]),
      ("bin/cupibulk template sip\t", ["template", "sip-proxy"]),
      // Ctrl-A, Ctrl-F: the cursor is before the operand.
      (
        "cupibulk runs --js last\u{1}" + String(repeating: "\u{6}", count: 18) + "\t",
        ["runs", "--json", "last"]
      ),
    ]
    let pressed = try await lab.press(cases.map { $0.0 + "\r" }, in: shell)
    for (one, result) in zip(cases, pressed) {
      #expect(result.words == one.1, "\(one.0): \(result.shown)")
    }
  }

  @Test(arguments: CompletionLab.Shell.all)
  func `files are completed as the shell does it`(shell: CompletionLab.Shell) async throws {
    let cases: [(String, [String])] = [
      ("cupibulk import files/a\t", ["import", "files/a file's $name.csv"]),
      ("cupibulk import 'files/pl\t", ["import", "files/plain.csv"]),
      ("cupibulk import \"files/a\t", ["import", "files/a file's $name.csv"]),
      ("cupibulk export --output files/pl\t", ["export", "--output", "files/plain.csv"]),
      ("cupibulk export --output=files/pl\t", ["export", "--output=files/plain.csv"]),
      ("cupibulk diff files/pl\t", ["diff", "files/plain.csv"]),
      (
        "cupibulk export --target sandbox:files/pl\t",
        ["export", "--target", "sandbox:files/plain.csv"]
      ),
      ("cupibulk backup list --repo fil\t", ["backup", "list", "--repo", "files/"]),
    ]
    let pressed = try await lab.press(cases.map { $0.0 + "\r" }, in: shell)
    for (one, result) in zip(cases, pressed) {
      // On Enter, zsh removes the slash that it has added to a folder.
      let words = result.words?.map { $0 == "files" ? "files/" : $0 }
      #expect(words == one.1, "\(one.0): \(result.shown)")
    }
  }

  /// zsh expands it itself when Tab is pressed.
  @Test func `what bash would expand is left alone`() async throws {
    let keys = [
      "cupibulk export --only-group $(touch HACKED)m\t\u{15}",
      "cupibulk export `touch HACKED`\t\u{15}",
    ]
    let pressed = try await lab.press(
      keys.map { $0 + "cupibulk runs la\r" }, in: .bash)
    #expect(pressed.map(\.words) == [["runs", "la"], ["runs", "la"]])
    #expect(try !lab.wasHacked())
  }

  @Test func `the script of zsh works from a folder of functions`() async throws {
    let pressed = try await lab.press(
      ["cupibulk export --only-group n1\t\r", "cupibulk expo\t\r"], in: .zsh,
      load:
        "mkdir -p f; cupibulk completion zsh >f/_cupibulk; fpath=($PWD/f $fpath); compinit -u -d $PWD/dump2"
    )
    #expect(
      pressed.map(\.words) == [["export", "--only-group", "n1 two words"], ["export"]])
  }

  @Test func `the script of fish works from its folder`() async throws {
    let script = try await ProgramRun.run(["completion", "fish"], in: lab.folder.path)
    try lab.folder.write(script.output, to: ".config/fish/completions/cupibulk.fish")
    let pressed = try await lab.press(
      ["cupibulk export --only-group n1\t\r"], in: .fish, load: "# nothing")
    #expect(pressed.map(\.words) == [["export", "--only-group", "n1 two words"]])
  }

  @Test func `the script of bash works from the folder of bash-completion`() async throws {
    let script = try await ProgramRun.run(["completion", "bash"], in: lab.folder.path)
    try lab.folder.write(
      script.output, to: ".local/share/bash-completion/completions/cupibulk")
    let pressed = try await lab.press(
      ["cupibulk export --only-group n1\t\r"], in: .bash,
      load: ". /usr/share/bash-completion/bash_completion")
    #expect(pressed.map(\.words) == [["export", "--only-group", "n1 two words"]])
  }

  @Test func `zsh and fish show what a word is, and insert the word alone`() async throws {
    for shell in [CompletionLab.Shell.zsh, .fish] {
      let pressed = try await lab.press(
        ["cupibulk export --target pro\t\r", "cupibulk un\t\r"], in: shell)
      #expect(pressed.map(\.words) == [["export", "--target", "prod"], ["undo"]])
      let listed = try await lab.press(
        ["cupibulk target \t\0give it a name\0\u{15}cupibulk x\r"], in: shell)
      #expect(listed[0].shown.contains("Look at a server, and give it a name"), "\(shell.name)")
    }
  }
}
