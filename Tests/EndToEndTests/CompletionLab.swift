// A folder with names of all kinds, and shells in which keys are pressed.

import Foundation
import TestSupport
import Testing

/// A machine with targets, runs, port groups and files, on which shells complete words.
///
/// The commands that shells run are those of a program that records its words; what can be typed is answered by the
/// real program.
struct CompletionLab: Sendable {
  let folder: TemporaryFolder

  /// An interactive shell with what its user may have set.
  struct Shell: Sendable, CustomTestStringConvertible {
    let name: String
    let start: String
    var settings = ""
    var testDescription: String { name }

    static let bash = Shell(name: "bash", start: "exec bash --noprofile --rcfile bashrc -i")
    static let zsh = Shell(name: "zsh", start: "ZDOTDIR=$PWD exec zsh -i")
    static let fish = Shell(name: "fish", start: "exec fish -i")

    /// The shells as they come, and with settings that break careless scripts.
    static let all: [Shell] = [
      bash, zsh, fish,
      bash.with(
        "strict", "set -u; shopt -s failglob nocaseglob; IFS=abc; set -o posix; set -o noclobber"),
      bash.with("no word breaks", #"COMP_WORDBREAKS=${COMP_WORDBREAKS//[:=@]}"#),
      bash.with("bash-completion", ". /usr/share/bash-completion/bash_completion"),
      zsh.with(
        "options", "setopt ksharrays shwordsplit globsubst nounset shglob posixbuiltins; IFS=abc"),
    ]

    private func with(_ title: String, _ settings: String) -> Shell {
      Shell(name: "\(name), \(title)", start: start, settings: settings)
    }

    var isFish: Bool { start.contains("fish") }
  }

  /// What became of a line: the words of its command, and what the terminal showed.
  struct Pressed: Decodable {
    /// `nil` if the line was not complete.
    let words: [String]?
    let shown: String
  }

  /// Names of port groups, each of which begins in its own way.
  static let names = [
    "n1 two words", "n2:colon:s", "n3'single", "n4\"double", "n5$HOME", "n6`touch HACKED`",
    "n7!x", "n8*?[a]", "n9~", "m1=a@b", "m2📞 emoji", "m3e\u{301}\u{308}", "m4\\back\\slash\\",
    "m5;touch HACKED", "m6$(touch HACKED)", "m7 {a,b} <c> |d &", "m8#hash #", "m9 ends!",
    "k1 ends'", "k2 ends\"", "k3 %h %% ^a^b", "k4 (x)", "k5\u{A0}wide", "k6 日本語", "k7\"'\"'$\"'",
    "k8 !\"!'!", "k9/with/slashes/", "j1\\'", "j2 ends\\",
  ]
  /// Names that begin with what means something to shells.
  static let leading = [
    "~home", "!bang", "*star", "$dollar", "$(touch HACKED)", "`touch HACKED`", ";touch HACKED",
    "#comment", "=equals", "\"double", "|pipe", "&and", "(paren", "{brace", "[bracket", "<less",
    ">more", "?mark", "^caret", "%percent", "@at", ":colon", " blank", "\\back",
  ]
  /// Names that cannot be typed everywhere, and are never offered.
  static let unofferable = [
    "x1\nline", "x2\ttab", "x3\u{1B}[31mred", "x4\u{7F}", "x5\u{202E}turned",
  ]

  init() async throws {
    folder = try TemporaryFolder()
    var lab = Lab()
    for name in Self.names + Self.leading + Self.unofferable + ["-dash"] {
      lab.add(name, [.proxy("10.0.0.1")])
    }
    try folder.write(lab.json, to: "lab.json")
    let sandbox = try await SandboxProcess(["--state", "lab.db", "--load", "lab.json"], in: folder)
    _ = await sandbox.stop()
    let export = try await ProgramRun.run(
      ["export", "--target", "sandbox:lab.db", "--wire", "json", "-o", "all.json"], in: folder.path)
    guard export.status == 0 else {
      throw SandboxProcess.Failure(description: export.messages)
    }
    try folder.writeSecret("", to: ".config/cupibulk/empty")
    try folder.writeSecret(
      "[prod]\nurl = https://unity1.example\nrepository = backups\n[branch.2_x-y]\nurl = https://unity2.example\n",
      to: ".config/cupibulk/targets.ini")
    try folder.write("", to: "files/a file's $name.csv")
    try folder.write("", to: "files/plain.csv")
    try writePrograms()
  }

  private func writePrograms() throws {
    let program = try folder.write(
      """
      #!/bin/bash
      case $1 in
        __complete | completion) exec \(Package.program) "$@" ;;
      esac
      printf '%s\\0' "$@" >argv.new
      mv argv.new argv
      echo '<ran>'

      """, to: "bin/cupibulk")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
  }

  /// Presses the keys of each line in one session of a shell.
  ///
  /// - Parameters:
  ///   - lines: The keys of each line.
  ///   - shell: The shell; its script is loaded after its settings.
  ///   - load: How the script is loaded.
  /// - Returns: What became of each line.
  /// - Throws: An error if the shell cannot be started.
  func press(_ lines: [String], in shell: Shell, load: String? = nil) async throws -> [Pressed] {
    try folder.write(
      """
      PS1='<ready>' PS2='<more>'
      bind 'set completion-query-items -1'; bind 'set page-completions off'
      \(shell.settings)
      \(load ?? "source <(cupibulk completion bash)")

      """, to: "bashrc")
    try folder.write(
      """
      PS1='<ready>' PS2='<more>'
      autoload -Uz compinit; compinit -u -d $PWD/dump
      LISTMAX=9999
      \(shell.settings)
      \(load ?? "source <(cupibulk completion zsh)")

      """, to: ".zshrc")
    try folder.write(
      """
      function fish_prompt; printf '<ready>'; end
      set -g fish_greeting
      set -g fish_autosuggestion_enabled 0
      \(shell.settings)
      \(load ?? "cupibulk completion fish | source")

      """, to: ".config/fish/config.fish")
    let input = String(decoding: try JSONEncoder().encode(lines), as: UTF8.self)
    let run = try await ProgramRun.run(
      [
        "-B", Package.root + "/Tests/Shells/press_keys.py", folder.path, "120", "/bin/bash", "-c",
        shell.start,
      ],
      program: "/usr/bin/python3", in: folder.path, input: input,
      environment: [
        "PATH": folder.path("bin") + ":/usr/bin:/bin", "TERM": "xterm",
        // The machine may be slow; what a test needs is the whole answer.
        "CUPIBULK_COMPLETION_TIME": "60s",
      ])
    guard run.status == 0 else { throw SandboxProcess.Failure(description: run.messages) }
    return try JSONDecoder().decode([Pressed].self, from: Data(run.output.utf8))
  }

  /// True if a name was taken for code.
  func wasHacked() throws -> Bool { try folder.allFiles().contains { $0.hasSuffix("HACKED") } }
}
