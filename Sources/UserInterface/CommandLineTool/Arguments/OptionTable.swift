// All options of the program; each command lists those that it takes.

import BatchEngine
import BulkFiles
import HTTPTransfers
import PortGroupFiles
import PortGroupModel
import RowLedger
import SandboxServer
import UnityConnection

/// The values that are used if no option is given; help shows them.
private enum Default {
  static let input = InputOptions()
  static let pace = Pace()
  static let push = PushOptions()
  static let transfer = TransferOptions()
  static let sandbox = SandboxConfiguration.documented
}

extension Option {
  // Which server, and how to reach it.
  package static let target = Option(
    "target", .text("T", .targets), in: .target,
    "the server: a name of targets.ini, https://HOST[:PORT], or sandbox:FILE for a rehearsal that keeps "
      + "its state in FILE (sandbox: alone lives in memory)")
  package static let username = Option(
    "username", .text("NAME", .anything), in: .target, "the account to log in with")
  package static let passwordFile = Option(
    "password-file", .text("FILE", .files), in: .target,
    "read the password from the first line of FILE, which only its owner may read; without it "
      + "you are asked")
  package static let netrcFile = Option(
    "netrc-file", .text("FILE", .files), in: .target,
    "read account and password from FILE in netrc format, which only its owner may read")
  package static let passwordCommand = Option(
    "password-command", .text("COMMAND", .anything), in: .target,
    "run COMMAND in the shell and take the first line that it prints as the password")
  package static let credential = Option(
    "credential", .text("NAME", .anything), in: .target, readsEnvironment: false,
    "take the password from this systemd credential, a file in $CREDENTIALS_DIRECTORY")
  package static let tags = Option(
    "tags", .text("WORDS", .tags), in: .target, readsEnvironment: false,
    "the target's tags, separated by commas, such as production,tier1")
  package static let protected = Option(
    "protected", in: .target, readsEnvironment: false,
    "protect the target: its name is typed before anything is sent")
  package static let repository = Option(
    "repository", .text("FOLDER", .folders), in: .target, readsEnvironment: false,
    "the folder of the target's snapshots")
  package static let tlsPin = Option(
    "tls-pin", .text("PIN", .anything), in: .target,
    "trust the one server whose public key has this fingerprint, sha256//… in Base64, regardless "
      + "of its certificate")
  package static let caCert = Option(
    "ca-cert", .text("FILE", .files), in: .target,
    "trust the certificate authorities in FILE (PEM) instead of the system's")
  package static let insecure = Option(
    "insecure", in: .target, readsEnvironment: false,
    "do not verify the server's certificate: others on the network can read the password")
  package static let wire = Option(
    "wire", .choice(of: WireFormat.self), in: .target, fallback: WireFormat.xml.rawValue,
    "the form in which requests and answers travel")

  package static let connectTimeout = Option(
    "connect-timeout", .duration(.milliseconds(1) ... .seconds(3600)), in: .target,
    fallback: Wording.duration(Default.transfer.connectTimeout),
    "how long connecting may take, the TLS handshake included")
  package static let transferTimeout = Option(
    "transfer-timeout", .duration(.milliseconds(1) ... .seconds(3600)), in: .target,
    fallback: Wording.duration(Default.transfer.transferTimeout),
    "how long a request may take in all; a write that gets no answer is a doubt")
  package static let stallTimeout = Option(
    "stall-timeout", .duration(.seconds(1) ... .seconds(3600)), in: .target,
    fallback: Wording.duration(Default.transfer.stallTimeout),
    "how long a connection may carry no byte")
  package static let maxAnswer = Option(
    "max-answer", .number(1024...(1 << 30)), in: .target,
    fallback: "\(Default.transfer.responseLimit)",
    "the longest answer that is read, in bytes")
  package static let trace = Option(
    "trace", .text("FILE", .files), in: .target,
    "write each exchange with the server to FILE, a JSON object a line, without passwords and "
      + "cookies")

  // How files are read.
  package static let inputFormat = Option(
    "format", .choice(of: BulkFormat.self), in: .input,
    "the files' format; without it the content decides, then the name")
  package static let delimiter = Option(
    "delimiter", .choice(Delimiter.allCases.map(\.name)), in: .input,
    "what separates CSV fields; without it the heading line decides")
  package static let encoding = Option(
    "encoding", .text("NAME", .encodings), in: .input,
    "the encoding of CSV and XML files, such as windows-1252 or utf-16; without it the first bytes "
      + "or the XML declaration show, else it is UTF-8")
  package static let comments = Option(
    "comments", .text("CHARACTER", .anything), in: .input,
    "skip the lines of CSV files that begin with CHARACTER, such as #")
  package static let maxField = Option(
    "max-field", .number(1...(256 << 20)), in: .input,
    fallback: "\(Default.input.limits.fieldBytes)",
    "the longest field that is read, in bytes; a row may have four times as many")
  package static let column = Option(
    "column", .pair("HEADING", "FIELD", .columns), in: .input, isRepeatable: true,
    "read the column headed HEADING as FIELD, or skip it (HEADING=Junk; *=Junk skips all that name no "
      + "field); may be repeated")
  package static let set = Option(
    "set", .pair("FIELD", "VALUE", .fields), in: .input, isRepeatable: true,
    "give FIELD this value in every row that leaves it out; may be repeated")
  package static let mode = Option(
    "mode", .choice(of: Operation.self), in: .input, fallback: Default.input.mode.rawValue,
    "what to do with rows that do not say it in an Operation column")
  package static let schema = Option(
    "schema", in: .input,
    "check XML files against the schema of template xsd as well")
  package static let skipInvalid = Option(
    "skip-invalid", in: .input, "send the good rows of a file that has bad ones")
  package static let onlyGroup = Option(
    "only-group", .text("GROUP", .groups), in: .input, isRepeatable: true, readsEnvironment: false,
    "look only at the port group of this name or id, and leave out all others; may be repeated")
  package static let limit = Option(
    "limit", .number(1...Int.max), in: .input, readsEnvironment: false,
    "send only the first N rows; all are read and checked")
  package static let allow = Option(
    "allow", .text("CODE", .codes), in: .input, isRepeatable: true, readsEnvironment: false,
    "take errors of this code, such as port-out-of-range, for warnings; may be repeated")

  // Protections.
  package static let dryRun = Option(
    "dry-run", short: "n", in: .safety,
    "send nothing: show what would be done for each row, and which fields would change")
  package static let yes = Option(
    "yes", short: "y", in: .safety, readsEnvironment: false,
    "ask nothing: continue as if the answer were yes"
  )
  package static let maxDelete = Option(
    "max-delete", .share, in: .safety, fallback: "\(Default.push.maxDelete)",
    readsEnvironment: false,
    "how many rows may delete, or which part of all rows in percent; more in the files and nothing is "
      + "sent")
  package static let maxFail = Option(
    "max-fail", .share, in: .safety,
    "stop when more rows than N, or than N% of all that are to be done, have failed; resume continues "
      + "with a higher one")
  package static let allowLast = Option(
    "allow-last", in: .safety, readsEnvironment: false,
    "delete even a group's last SIP proxy or call manager")
  package static let acceptShrink = Option(
    "accept-shrink", in: .safety, readsEnvironment: false,
    "replace the file even if it has over \(ServerCensus.shrinkPercent)% and at least "
      + "\(ServerCensus.shrinkCount) more servers or port groups than the target has now, or other content"
  )
  package static let verify = Option(
    "verify", .choice(of: PushOptions.Verification.self), in: .safety,
    fallback: Default.push.verify.rawValue,
    "read each changed group again and compare what the server kept")
  package static let settleWait = Option(
    "settle-wait", .duration(.zero ... .seconds(86400)), in: .safety,
    fallback: Wording.duration(Default.push.settleWait),
    "how long a creation without an answer may still be queued at the server before it counts "
      + "as not done")

  package static let lockWait = Option(
    "lock-wait", .duration(.zero ... .seconds(7 * 86400)), in: .safety, fallback: "0s",
    "how long to wait while another run pushes to the target")

  package static let failed = Option(
    "failed", in: .safety, readsEnvironment: false,
    "try the rows that failed again, as a run of their own")

  package static let all = Option(
    "all", in: .safety, readsEnvironment: false,
    "continue what is left, and then try the rows that failed again")
  package static let retries = Option(
    "retries", .number(0...10), in: .safety, fallback: "0",
    "how often to do at once what resume --all does, while rows have failed or are not done")

  // Load on the server.
  package static let slots = Option(
    "slots", .number(1...64), in: .pace, fallback: "\(Default.pace.slots)",
    "requests in flight at once; the server has five for all its web clients, so more than "
      + "four draw a warning")
  package static let rate = Option(
    "rate", .number(1...10_000), in: .pace, "send at most N requests a second")
  package static let allErrors = Option(
    "all-errors", in: .output,
    "print each mistake; else \(DiagnosticTally.shownOnTerminal) on a terminal, and "
      + "\(Quantity.count(DiagnosticTally.shownOfEachCode)) of each kind into a file or a pipe")
  package static let connectWait = Option(
    "connect-wait", .duration(.zero ... .seconds(7 * 86400)), in: .pace,
    "stop after this time where no connection has come about yet "
      + "(default: \(Wording.duration(PacingOptions.connectWaitOnTerminal)) on a terminal, "
      + "else \(Wording.duration(PacingOptions.connectWaitElsewhere)))"
  )
  package static let giveUp = Option(
    "give-up", .duration(.seconds(1) ... .seconds(7 * 86400)), in: .pace,
    fallback: Wording.duration(Default.pace.giveUp),
    "stop after this time without one answered request")

  // Output.
  package static let outputFile = Option(
    "output", short: "o", .text("FILE", .files), in: .output, fallback: "-",
    "write to FILE, which appears whole or not at all; - is standard output")
  package static let outputFormat = Option(
    "format", .choice(of: BulkFormat.self), in: .output,
    "what to write; without it the file's name decides, and csv is written to standard output")
  package static let from = Option(
    "from", .choice(of: BulkFormat.self), in: .input,
    "the format to read; without it the content decides, then the name")
  package static let to = Option(
    "to", .choice(BulkFormat.allCases.map(\.rawValue) + [ConvertCommand.jsonLines]), in: .output,
    "the format to write; without it the output's name decides (.jsonl and .ndjson are JSON Lines)")
  package static let records = Option(
    "records", in: .output, readsEnvironment: false,
    "print every record of a CSV file, the heading line first, as one JSON array of arrays; for "
      + "XML and JSON only show whether the document is well-formed")
  package static let csv = Option("csv", in: .output, "print the result as CSV")
  package static let rowState = Option(
    "state",
    .choice(RowState.names), in: .output, isRepeatable: true, readsEnvironment: false,
    "only the rows in this state; may be repeated")
  package static let ofTarget = Option(
    "target", .text("T", .targets), in: .output, readsEnvironment: false,
    "only the runs on this target, by its name or in any spelling of its URL")
  package static let ofKind = Option(
    "kind", .choice(of: RunKind.self), in: .output, readsEnvironment: false,
    "only the runs of this kind")
  package static let since = Option(
    "since", .moment, in: .output, readsEnvironment: false,
    "only the runs that began within this time, such as 7d, or on this day or later, such as 2026-11-26 "
      + "(local time)")
  package static let onlyFailed = Option(
    "failed", in: .output, readsEnvironment: false,
    "only the runs that did not end well: with rows that failed, are in doubt or not done, or stopped"
  )
  package static let listLimit = Option(
    "limit", .number(0...Int.max), in: .output, fallback: "1000", readsEnvironment: false,
    "only the newest N of these runs; 0 lists all")
  package static let ticket = Option(
    "ticket", .line(200), in: .output,
    "record TEXT with the run, such as the number of the change in another system")
  package static let note = Option(
    "note", .line(2_000), in: .output, "record TEXT with the run, as a remark")
  package static let keep = Option(
    "keep", .duration(.zero ... .seconds(36_500 * 86400)), in: .output, readsEnvironment: false,
    "keep the runs that ended within this time, such as 90d")
  package static let dryPrune = Option(
    "dry-run", short: "n", in: .output, readsEnvironment: false,
    "remove nothing: only show what would be")
  package static let progress = Option(
    "progress", .choice(of: ProgressPainter.Mode.self), in: .output,
    fallback: ProgressPainter.Mode.auto.rawValue,
    "how progress is shown on standard error; auto draws a bar on a terminal and prints lines "
      + "elsewhere")
  package static let ledger = Option(
    "ledger", .text("FILE", .files), in: .output,
    "the ledger of all runs; without it cupibulk/ledger.sqlite in the state folder "
      + "($XDG_STATE_HOME, or ~/.local/state)")

  // The sandbox.
  package static let port = Option(
    "port", .number(0...65535), in: .sandbox, fallback: "8443",
    "the port to listen on; 0 takes a free one and prints it")
  package static let bind = Option(
    "bind", .text("ADDRESS", .anything), in: .sandbox, fallback: "127.0.0.1",
    "the address to listen on; one that lets other machines in needs --password-file")
  package static let sandboxState = Option(
    "state", .text("FILE", .files), in: .sandbox, readsEnvironment: false,
    "keep the state in FILE; without it the state lives in memory")
  package static let tls = Option(
    "tls", in: .sandbox, readsEnvironment: false,
    "speak https, with a certificate that is made on first use and kept with the state "
      + "(FILE.crt, to be given as --ca-cert)")
  package static let tlsCert = Option(
    "tls-cert", .text("FILE", .files), in: .sandbox, readsEnvironment: false,
    "speak https with the certificate in FILE (PEM, with its chain); needs --tls-key")
  package static let tlsKey = Option(
    "tls-key", .text("FILE", .files), in: .sandbox, readsEnvironment: false,
    "the private key of --tls-cert, in PEM")
  package static let load = Option(
    "load", .text("FILE", .files), in: .sandbox, "start with the groups and servers of an export")
  package static let groupsOnly = Option(
    "groups-only", in: .sandbox,
    "load the groups without their servers, so that an import can be rehearsed")
  package static let accountName = Option(
    "username", .text("NAME", .anything), in: .sandbox, fallback: Default.sandbox.username,
    readsEnvironment: false,
    "the account that may log in")
  package static let accountPasswordFile = Option(
    "password-file", .text("FILE", .files), in: .sandbox, readsEnvironment: false,
    "the account's password, on the first line of FILE; without it the password is sandbox")

  package static let serverVersion = Option(
    "server-version", .text("VERSION", .anything), in: .sandbox, fallback: Default.sandbox.version,
    "the version that the sandbox reports")

  // Limits of the sandbox; 0 means no limit.
  package static let serverSlots = Option(
    "server-slots", .number(0...10_000), in: .throttle,
    fallback: "\(Default.sandbox.throttle.slots ?? 0)",
    "requests that are done at one time, for all clients together; 0 for any number")
  package static let queueLength = Option(
    "queue-length", .number(0...10_000), in: .throttle,
    fallback: "\(Default.sandbox.throttle.queueLength)",
    "requests that may wait for a slot; one more gets 503")
  package static let queueDrain = Option(
    "queue-drain", .duration(.milliseconds(1) ... .seconds(3600)), in: .throttle,
    fallback: Wording.duration(Default.sandbox.throttle.drain),
    "who waits at place n of the queue gets 503 after n times this")
  package static let loginLimit = Option(
    "login-limit", .number(0...10_000), in: .throttle,
    fallback: "\(Default.sandbox.throttle.loginsInOneSecond ?? 0)",
    "logins with user and password within one second; one more gets 503; 0 for any number")
  package static let tokenAge = Option(
    "token-age", .duration(.zero ... .seconds(86400)), in: .throttle,
    fallback: Wording.duration(Default.sandbox.tokenLifetime ?? .zero),
    "how old a session's token gets before it is replaced; 0 for ever")

  // Undocumented behavior of the real server.
  package static let unique = Option(
    "unique", .choice(of: SandboxHabits.Unique.self), in: .habits,
    fallback: Default.sandbox.habits.unique.rawValue,
    "what two servers of one service and group must not share")
  package static let lastServer = Option(
    "last-server", .choice(of: SandboxHabits.LastServer.self), in: .habits,
    fallback: Default.sandbox.habits.lastServer.rawValue,
    "whether a group's last call manager or SIP proxy can be deleted")
  package static let ports = Option(
    "ports", .choice(["9999", "65535"]), in: .habits,
    fallback: "\(Default.sandbox.habits.largestPort)",
    "the largest Port and TlsPort; 9999 says the API page")
  package static let defaultPorts = Option(
    "default-ports", .choice(of: SandboxHabits.DefaultPorts.self), in: .habits,
    fallback: Default.sandbox.habits.defaultPorts.rawValue,
    "which new servers get ports 5060 and 5061 where the request names none")
  package static let defaultPrecedence = Option(
    "default-precedence", .choice(of: SandboxHabits.DefaultPrecedence.self), in: .habits,
    fallback: Default.sandbox.habits.defaultPrecedence.rawValue,
    "the precedence of a new server where the request names none")
  package static let hostCase = Option(
    "host-case", .choice(of: SandboxHabits.HostCase.self), in: .habits,
    fallback: Default.sandbox.habits.hostCase.rawValue,
    "keep host names as they were sent, or bring them into lower case")
  package static let createdURI = Option(
    "created-uri", .choice(of: SandboxHabits.CreatedURI.self), in: .habits,
    fallback: Default.sandbox.habits.createdURI.rawValue,
    "the URI that answers a creation: the new server's place in its group, "
      + "/vmrest/portgroupservers/ID, or /vmrest/portgroups/ID")
  package static let createdTFTP = Option(
    "created-tftp", .choice(of: SandboxHabits.CreatedTFTP.self), in: .habits,
    fallback: Default.sandbox.habits.createdTFTP.rawValue,
    "answer the creation of a TFTP server like any other, or with 204 and nothing else")
  package static let location = Option(
    "location", .choice(of: SandboxHabits.Location.self), in: .habits,
    fallback: Default.sandbox.habits.location.rawValue,
    "the Location of a creation: the URI, or the request's path and then the URI")
  package static let unknownID = Option(
    "unknown-id", .choice(of: SandboxHabits.UnknownID.self), in: .habits,
    fallback: Default.sandbox.habits.unknownID.rawValue,
    "the status for an id that does not exist")
  package static let pageSize = Option(
    "page-size", .number(1...1_000_000), in: .habits,
    fallback: "\(Default.sandbox.habits.pageSize)",
    "objects on a page of a list where the request names no number")

  // Faults.
  package static let fault = Option(
    "fault", .text("FAULTS", .anything), in: .faults, isRepeatable: true,
    "let things go wrong, such as drop-reply=5%,busy=10%,slow=80ms or drop-request@3 for the third "
      + "write; the manual has them all; may be repeated")
  package static let seed = Option(
    "seed", .number(0...Int.max), in: .faults, fallback: "1",
    "where the draws of --fault begin: the same requests meet the same faults")

  // For every command.
  package static let quiet = Option(
    "quiet", short: "q", in: .general,
    "print nothing but what was asked for, and on failure the whole story on standard error")
  package static let verbose = Option(
    "verbose", short: "v", in: .general,
    "print more: the ledger, the target, the slots, each wait, and what became of each port group")
  package static let logFile = Option(
    "log-file", .text("FILE", .files), in: .general,
    "append all messages to FILE as well, each with its time (UTC) and its run")
  package static let help = Option(
    "help", short: "h", in: .general, readsEnvironment: false, "show this help")
  package static let version = Option(
    "version", short: "V", in: .general, readsEnvironment: false, "show the version")
}
