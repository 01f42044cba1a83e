import Bytes
import PortGroupModel

/// Finds what can be typed at the cursor, from the tables and from what is known on this machine.
struct Completion {
  typealias Word = CompletionAnswer.Word

  let line: CompletionLine
  let known: any KnownWords

  /// What can be typed; whether it fits what was typed of the word is left to the shell.
  var answer: CompletionAnswer {
    switch line.place {
    case .nothing: CompletionAnswer()
    case .command: CompletionAnswer(words: commands(of: line.path))
    case .option: CompletionAnswer(words: line.openOptions.flatMap(Self.flags))
    case .operand(let operand): typable(words(from: operand.words, typed: line.current), after: "")
    case .value(let option, let prefix):
      typable(values(of: option, typed: line.current.dropping(prefix: prefix) ?? ""), after: prefix)
    }
  }

  private func commands(of path: CommandPath) -> [Word] {
    path.command.visibleSubcommands.map { Word($0.name, $0.summary) }
  }

  private static func flags(of option: Option) -> [Word] {
    let short = option.short.map { [Word("-\($0)", option.help)] } ?? []
    return [Word(option.flag, option.help)] + short
  }

  /// Adds what precedes the words, and leaves out what cannot be typed: no value of its own may look like an option.
  private func typable(_ answer: CompletionAnswer, after prefix: String) -> CompletionAnswer {
    var answer = answer
    answer.words = answer.words.map { $0.after(prefix) }.filter { word in
      let looksLikeOption = prefix.isEmpty && word.text.utf8.first == UInt8(ascii: "-")
      return word.canBeTyped && (!looksLikeOption || line.isAfterDashes)
    }
    if let paths = answer.paths { answer.paths?.prefix = prefix + paths.prefix }
    return answer
  }

  private func values(of option: Option, typed: Substring) -> CompletionAnswer {
    let typed = String(typed)
    var answer =
      switch option.value {
      case .none, .number, .duration, .share, .line, .moment, .clock: CompletionAnswer()
      case .choice(let words):
        CompletionAnswer(words: words.map { Word($0, $0 == option.fallback ? "the default" : "") })
      case .text(_, let source), .pair(_, _, let source): words(from: source, typed: typed)
      }
    let given = Set(line.values[option.name] ?? [])
    if option.isRepeatable { answer.words.removeAll { $0.isWhole && given.contains($0.text) } }
    return answer
  }

  private func words(from source: WordSource, typed: String) -> CompletionAnswer {
    switch source {
    case .anything: CompletionAnswer()
    case .listed(let words): CompletionAnswer(words: words.map { Word($0) })
    case .files: CompletionAnswer(paths: .init(prefix: ""))
    case .folders: CompletionAnswer(paths: .init(prefix: "", onlyFolders: true))
    case .targets: targets(typed)
    case .targetNames: CompletionAnswer(words: known.targets())
    case .tags: tags(typed)
    case .runs: CompletionAnswer(words: [Self.lastRun] + known.runs(exports: false))
    case .groups: CompletionAnswer(words: known.groups())
    case .codes: CompletionAnswer(words: Self.codes)
    case .repositories:
      CompletionAnswer(words: known.repositories(), paths: .init(prefix: "", onlyFolders: true))
    case .snapshots: CompletionAnswer(words: [Self.latest] + known.snapshots(in: nil))
    case .restoreSources: configurations(typed, withTargets: false)
    case .configurations: configurations(typed, withTargets: true)
    case .encodings: CompletionAnswer(words: Self.encodings)
    case .fields: fields(typed)
    case .columns: columns(typed)
    case .commands: commandNames
    }
  }

  private static let lastRun = Word("last", "the newest run")
  private static let latest = Word("latest", "the newest good snapshot")
  private static let sandbox = Word.beginning(
    "sandbox:", "a rehearsal that keeps its state in a file")
  private static let url = Word.beginning("https://", "a server by its address")
  private static let encodings = [
    "utf-8", "utf-16", "utf-16le", "utf-16be", "windows-1252", "iso-8859-1",
  ].map { Word($0) }
  private static let codes = DiagnosticCode.allCases.filter(\.canBeAllowed).map {
    Word($0.rawValue, $0.meaning)
  }

  private func targets(_ typed: String) -> CompletionAnswer {
    if TargetAddress.isSandbox(typed), typed != "sandbox" {
      return CompletionAnswer(paths: .init(prefix: "sandbox:"))
    }
    return CompletionAnswer(words: known.targets() + [Self.sandbox, Self.url])
  }

  /// The tag after the last comma.
  private func tags(_ typed: String) -> CompletionAnswer {
    let parts = typed.unicodeScalars.split(separator: ",", omittingEmptySubsequences: false)
    let before = parts.dropLast().map { String($0) + "," }.joined()
    let given = Set(parts.dropLast().map { String($0).trimmed })
    return CompletionAnswer(
      words: known.tags().filter { !given.contains($0.text) }.map { $0.after(before) })
  }

  private func configurations(_ typed: String, withTargets: Bool) -> CompletionAnswer {
    if typed.utf8.starts(with: "run:".utf8) {
      let runs = [Word("last", "the newest export")] + known.runs(exports: true)
      return CompletionAnswer(words: runs.map { $0.after("run:") })
    }
    if withTargets, typed.utf8.starts(with: "target:".utf8) {
      return CompletionAnswer(words: known.targets().map { $0.after("target:") })
    }
    if withTargets, typed.utf8.starts(with: "sandbox:".utf8) { return targets(typed) }
    if let at = typed.utf8.lastIndex(of: UInt8(ascii: "@")), at != typed.startIndex {
      let folder = String(typed[..<at])
      return CompletionAnswer(
        words: ([Self.latest] + known.snapshots(in: folder)).map { $0.after(folder + "@") },
        paths: .init(prefix: ""))
    }
    let exports = Word.beginning("run:", "an export of the ledger")
    let repositories = known.repositories().map { Word($0.text + "@latest", Self.latest.note) }
    let servers = withTargets ? known.targets() + [Self.sandbox, Self.url] : []
    return CompletionAnswer(
      words: [exports] + servers + repositories, paths: .init(prefix: ""))
  }

  /// `PortGroup=`, of which the value is free.
  private func fields(_ typed: String) -> CompletionAnswer {
    if typed.utf8.contains(UInt8(ascii: "=")) { return CompletionAnswer() }
    let columns = Column.all.filter { $0 != .ignored }
    return CompletionAnswer(words: columns.map { Word.beginning($0.name + "=") })
  }

  /// The field after `HEADING=`.
  private func columns(_ typed: String) -> CompletionAnswer {
    guard let parts = typed.cut(at: "="), !parts.before.isEmpty else { return CompletionAnswer() }
    let isRest = parts.before == "*"
    let columns = isRest ? [.ignored] : Column.all
    return CompletionAnswer(
      words: columns.map { column in
        Word("\(parts.before)=\(column.name)", column == .ignored ? "skip the column" : "")
      })
  }

  /// The next word of a command's name.
  private var commandNames: CompletionAnswer {
    var path = CommandPath.root
    for word in line.operands {
      guard let command = path.command.subcommand(word), !command.isHidden else {
        return CompletionAnswer()
      }
      path = path.appending(command)
    }
    let topics = path == .root ? HelpTopic.allCases.map { Word($0.name, $0.summary) } : []
    return CompletionAnswer(words: commands(of: path) + topics)
  }
}
