import BatchEngine
import BulkFiles
import Glibc
import PortGroupFiles
import PortGroupModel

/// The options for reading input files, converted to the types of the engine.
enum ReadingOptions {
  static func input(_ context: CommandContext) throws(UsageError) -> ImportInput {
    let arguments = context.arguments
    if arguments.operands.contains("-"), isatty(STDIN_FILENO) == 1 {
      context.console.note("Reading rows from the terminal; Ctrl-D ends them.")
    }
    var options = InputOptions()
    options.format = arguments.givenChoice(.inputFormat)
    options.delimiter = arguments.givenText(.delimiter).flatMap { Delimiter(word: $0) }
    options.encoding = arguments.givenText(.encoding).map { TextEncoding(word: $0) }
    if let text = arguments.givenText(.comments) {
      guard text.utf8.count == 1, let byte = text.utf8.first, byte > 0x20, byte != 0x22 else {
        throw UsageError(
          .badValue(
            source: Option.comments.flag, value: text,
            complaint: "allowed is one ASCII character that is no quote"),
          of: arguments.path)
      }
      options.comment = byte
    }
    if let bytes = arguments.givenNumber(.maxField) {
      options.limits = RecordLimits(fieldBytes: bytes, recordBytes: max(bytes, 1 << 20) * 4)
    }
    options.checksSchema = arguments.has(.schema)
    options.mode = try arguments.choice(.mode)
    for pair in arguments.pairs(.column) {
      if pair.name == "*", Column.named(pair.value) != .ignored {
        throw UsageError(
          .badValue(
            source: Option.column.flag, value: "*=\(pair.value)",
            complaint: "all other headings can only be skipped: *=Junk"),
          of: arguments.path)
      }
      options.columns[pair.name] = try column(
        pair.value, .column, "\(pair.name)=\(pair.value)", arguments)
    }
    for pair in arguments.pairs(.set) {
      options.constants[try column(pair.name, .set, "\(pair.name)=\(pair.value)", arguments)] =
        pair.value
    }
    for text in arguments.texts(.allow) { options.allowed.insert(try code(text, arguments)) }
    return ImportInput(files: arguments.operands, options: options)
  }

  private static func column(
    _ name: String, _ option: Option, _ value: String, _ arguments: ParsedArguments
  ) throws(UsageError) -> Column {
    if let column = Column.named(name) { return column }
    let suggestion = Column.suggestion(for: name).map { "; did you mean \($0)?" } ?? ""
    throw UsageError(
      .badValue(
        source: option.flag, value: value, complaint: "there is no field \(name)\(suggestion)"),
      of: arguments.path)
  }

  private static func code(
    _ text: String, _ arguments: ParsedArguments
  ) throws(UsageError) -> DiagnosticCode {
    let allowable = DiagnosticCode.allCases.filter(\.canBeAllowed).map(\.rawValue)
    if let code = DiagnosticCode(rawValue: text), code.canBeAllowed { return code }
    throw UsageError(
      .badValue(
        source: Option.allow.flag, value: text,
        complaint: "allowed is \(Wording.list(allowable, joinedBy: "or"))"),
      of: arguments.path)
  }
}
