import BatchEngine
import FoundationEssentials
import SnapshotRepository
import Synchronization

extension Command {
  static let backupVerify = Command(
    name: "verify",
    summary: "Read every file of a repository, and name what is missing or changed",
    details: [
      "Chains, manifests and objects are compared in both directions, each byte is read from the disk, and the result "
        + "is recorded. The exit code is 9 if anything is not as it must be. What shows only that a backup was stopped "
        + "is called unfinished: the next one puts it right.",
      "Lines that were removed at the end of a chain are noticed only against a digest that was kept elsewhere: the "
        + "chain head that backup run prints with --json, or records with its run.",
    ],
    options: [.repo, .head, .json],
    examples: [
      Example(purpose: "check a repository", line: "cupibulk backup verify --repo backups")
    ]
  ) { context throws(UsageError) in BackupVerifyCommand(context: context) }
}

/// `cupibulk backup verify`: checks all files of a repository.
struct BackupVerifyCommand: RunnableCommand {
  let context: CommandContext

  /// What was looked at, and what was found.
  private struct Findings: Sendable {
    var problems: [RepositoryProblem] = []
    var snapshots = 0
    var objects = 0
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let console = context.console
    let repository = try RepositoryAccess.open(context)
    let heads = context.arguments.texts(.head)
    let conduct = RunConduct(.none, phase: "Verifying", on: console)
    let result = await conduct.run { () async -> Result<Findings, RepositoryFault> in
      do throws(RepositoryFault) {
        var verification = RepositoryVerification(repository, heads: heads) {
          conduct.control.stop == nil
        }
        let problems = try verification.run()
        return .success(
          Findings(
            problems: problems, snapshots: verification.snapshots,
            objects: verification.objectCount))
      } catch {
        return .failure(error)
      }
    }
    if let stop = conduct.control.stop {
      throw CommandFailure(stop.status, "The verification was stopped", hint: "")
    }
    let findings: Findings
    switch result {
    case .success(let found): findings = found
    case .failure(let fault): throw CommandFailure(fault, repository: repository.folder)
    }
    let isWhole = findings.problems.allSatisfy(\.isUnfinished)
    let isRecorded = record(repository, isWhole)
    if context.arguments.has(.json) {
      reportJSON(repository, findings, isRecorded)
    } else {
      report(repository, findings, isRecorded)
    }
    return isWhole ? .success : .notAsAsked
  }

  /// Adds a line to each whole chain, where the repository can be written.
  private func record(_ repository: Repository, _ passed: Bool) -> Bool {
    guard !repository.settings.isCopy,
      let writer = try? RepositoryWriter(repository, now: .now, who: Author.current)
    else { return false }
    for history in writer.histories.values
    where !history.isDamaged && !history.all.isEmpty {
      guard (try? writer.recordVerification(of: history, passed: passed)) != nil else {
        return false
      }
    }
    return true
  }

  private func report(_ repository: Repository, _ findings: Findings, _ isRecorded: Bool) {
    let console = context.console
    for problem in findings.problems {
      console.print(
        "\(problem.path): \(problem.isUnfinished ? "unfinished: " : "")\(problem.text)"
          .escapedForDisplay)
    }
    let bad = findings.problems.filter { !$0.isUnfinished }.count
    console.note(
      "Read \(Quantity.count(findings.snapshots, "snapshot")) and \(Quantity.count(findings.objects, "object")): "
        + (bad == 0 ? "all as they must be." : "\(Quantity.count(bad, "problem")) found."))
    if !isRecorded {
      console.note(
        repository.settings.isCopy
          ? "This is a copy: the verification is not recorded in it."
          : "The verification is not recorded, because the repository cannot be written now.")
    }
  }

  private func reportJSON(_ repository: Repository, _ findings: Findings, _ isRecorded: Bool) {
    context.console.end(
      with: VerificationReport(
        repository: repository.folder, snapshots: findings.snapshots, objects: findings.objects,
        isRecorded: isRecorded, problems: findings.problems))
  }
}

/// What a verification found, for programs.
struct VerificationReport: JSONEnding {
  let repository: String
  let snapshots: Int
  let objects: Int
  let isRecorded: Bool
  let problems: [RepositoryProblem]

  static let type = "verification"
  static let summary =
    "What was read of a repository, and what is wrong: the result of `backup verify`."

  static let keys: [JSONKey<VerificationReport>] = [
    JSONKey("repository", "the folder", \.repository),
    JSONKey("snapshots", "the number of snapshots that were read", \.snapshots),
    JSONKey("objects", "the number of files of configurations that were read", \.objects),
    JSONKey("recorded", "true if the result is recorded in the chains", \.isRecorded),
    JSONKey("problems", "what is not as it must be", \.problems),
  ]
}

extension RepositoryProblem: JSONObject {
  static let keys: [JSONKey<RepositoryProblem>] = [
    JSONKey("path", "the file in the repository", \.path),
    JSONKey("unfinished", "true if only a backup was stopped", \.isUnfinished),
    JSONKey("message", "what is wrong, as a clause", \.text),
  ]

  /// What is wrong, as a clause.
  var text: String {
    switch kind {
    case .chainBroken(let line, .damaged): "line \(line) is damaged"
    case .chainBroken(let line, .notAfterPrevious):
      "line \(line) does not follow the one before it: a line was changed, removed, added or moved"
    case .chainBroken(let line, .wrongNumber): "line \(line) does not have the next number"
    case .tornLine: "it ends with half a line"
    case .chainCut: "lines are missing at its end: there are snapshots that come after them"
    case .headMissing(let digest):
      "no chain has the line \(digest): lines and snapshots were removed, or the repository is an older one"
    case .manifestMissing: "the manifest is missing"
    case .manifestChanged: "it is not the manifest that the chain names"
    case .unfinishedSnapshot: "the snapshot has no line in the chain yet"
    case .objectMissing: "the object is missing"
    case .objectDamaged: "the object is damaged: its content is not what its name says"
    case .objectRepacked: "the packed bytes are not those of the manifest; the content is whole"
    case .unusedObject: "no snapshot needs the object"
    case .unfinishedFile: "it was being written"
    case .foreignFile: "it does not belong to a repository"
    case .unreadable(let cause): "it cannot be read: \(cause.text)"
    }
  }
}
