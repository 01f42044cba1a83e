// The parts of hints that name an option or a command, each by the code of what is wrong.

import BulkFiles
import HTTPTransfers
import PortGroupModel
import RowLedger
import UnityConnection

/// The part of a hint that names an option or a command, and how it is joined to the words before it.
struct OptionHint: Sendable, Equatable {
  private let joiner: String
  private let text: String

  /// An alternative to the words before it.
  static func or(_ text: String) -> OptionHint { OptionHint(joiner: ", or ", text: text) }

  /// A continuation of the words before it.
  static func more(_ text: String) -> OptionHint { OptionHint(joiner: "; ", text: text) }

  /// The whole hint.
  func joined(to hint: String) -> String { hint.isEmpty ? text : hint + joiner + text }
}

extension Remedy {
  /// The option or command for this remedy, for a diagnostic of this code.
  func optionHint(for code: DiagnosticCode) -> OptionHint {
    switch self {
    case .allow:
      code.isJudgedByServer
        ? .or("if your server accepts it, pass --allow \(code.rawValue)")
        : .or("pass --allow \(code.rawValue)")
    case .mapHeading:
      .or("map it with --column HEADING=FIELD (or =Junk; *=Junk skips all others)")
    case .mapElement: .or("map it with --column NAME=FIELD")
    case .setGroup: .or("pass --set PortGroup=NAME")
    case .setService: .or("pass --set MediaRemoteServiceEnum=102 for SIP proxies")
    case .skipComments: .or("pass --comments \"#\" to skip such rows")
    case .nameFormat:
      .or("pass --format \(Wording.list(BulkFormat.allCases.map(\.rawValue), joinedBy: "or"))")
    case .nameDelimiter: .or("name the delimiter with --delimiter")
    case .nameEncoding: .or("name its encoding with --encoding")
    case .nameLegacyEncoding: .or("name its encoding, such as --encoding windows-1252")
    case .nameUTF32: .or("pass --encoding UTF-32")
    case .raiseFieldLimit: .or("pass --max-field BYTES if the length is right")
    case .checkWithoutSchema:
      .or("leave --schema out, or turn the file into XML with `cupibulk convert`")
    case .printSchema: .more("`cupibulk template xsd` prints the schema")
    case .template: .more("`cupibulk template` prints an example")
    case .exportServers: .or("use `cupibulk export`")
    case .passDatabase:
      .or("pass a ledger of cupibulk with --ledger, and a sandbox with --target sandbox:FILE")
    case .skipMissingGroups: .or("restore the others with --missing-groups skip")
    case .compareOnly: .more("--mode upsert only compares it")
    }
  }
}

extension DiagnosticCode {
  /// True for rules that the real server may not have.
  fileprivate var isJudgedByServer: Bool { Self.ofServerValues.contains(self) }
}

extension Diagnostic {
  /// What to do, with the option or command that helps; empty if the message is enough.
  var fullHint: String {
    hint.remedy.map { $0.optionHint(for: code).joined(to: hint.text) } ?? hint.text
  }
}

extension LedgerError {
  /// What to do, with the option or command that helps.
  var fullHint: String {
    switch kind {
    case .locked, .notALedger, .newerVersion, .cannotOpen, .foreign:
      OptionHint.or("use another file with --ledger").joined(to: hint)
    case .moved:
      savedCopy.map { "continue from there with: cupibulk resume --ledger \($0.shellWord)" } ?? hint
    case .damaged, .noTemporaryFolder, .diskFull, .unknown, .refused, .other: hint
    }
  }

  /// The message and the whole hint, as one clause.
  var fullText: String { fullHint.isEmpty ? message : "\(message); \(fullHint)" }
}

extension ServerError {
  /// The message and the whole hint, as one clause.
  var fullText: String {
    switch kind {
    case .certificateUntrusted:
      OptionHint.more(
        "trust its authority with --ca-cert FILE, or this one key with --tls-pin sha256//… "
          + "(cupibulk target check shows it), or continue unprotected, this once, with --insecure"
      ).joined(to: message)
    default: description
    }
  }
}

extension OriginError {
  /// What is wrong, and what to write or pass instead.
  var fullText: String {
    switch cause {
    case .credentials:
      OptionHint.more("use --username, and --password-file or the prompt").joined(to: description)
    default: description
    }
  }
}
