import BatchEngine
import SnapshotRepository

extension Command {
  static let backupCopy = Command(
    name: "copy",
    summary: "Copy new snapshots to another folder, such as a disk elsewhere",
    details: [
      "Files are written once and read again there; nothing in the copy is ever changed or removed. If the copy has lines "
        + "that this repository lacks, it is refused with exit code 8: one of the two was tampered with or set back."
    ],
    operands: [
      Operand(
        name: "DIR", help: "an empty folder, one that does not exist, or an earlier copy",
        words: .folders)
    ],
    options: [.repo, .json],
    examples: [
      Example(
        purpose: "keep a copy on another disk",
        line: "cupibulk backup copy --repo backups /mnt/usb/cupibulk")
    ],
    onlyReports: true
  ) { context throws(UsageError) in BackupCopyCommand(context: context) }
}

/// `cupibulk backup copy`: copies a repository to another folder.
struct BackupCopyCommand: RunnableCommand {
  let context: CommandContext

  func perform() async throws(CommandFailure) -> ExitStatus {
    let repository = try RepositoryAccess.open(context)
    let folder = context.arguments.operands.first ?? ""
    let destination: DiskFiles
    do throws(FileFault) {
      try DiskFiles.make(folder)
      destination = try DiskFiles(at: folder)
    } catch {
      throw CommandFailure(RepositoryFault(.file(error)))
    }
    let conduct = RunConduct(.none, phase: "Copying", on: context.console)
    let result = await conduct.run {
      () async -> Result<RepositoryCopying.Result, RepositoryFault> in
      do throws(RepositoryFault) {
        var copying = RepositoryCopying(repository, to: destination) { conduct.control.stop == nil }
        return .success(try copying.copy())
      } catch {
        return .failure(error)
      }
    }
    let copied: RepositoryCopying.Result
    switch result {
    case .success(let result): copied = result
    case .failure(let fault): throw CommandFailure(fault, repository: repository.folder)
    }
    let status: ExitStatus =
      conduct.control.stop?.status ?? (copied.missing.isEmpty ? .success : .notAsAsked)
    report(copied, folder, status)
    return status
  }

  private func report(_ copied: RepositoryCopying.Result, _ folder: String, _ status: ExitStatus) {
    let console = context.console
    if context.arguments.has(.json) {
      return console.end(with: CopyReport(copied: copied, folder: folder))
    }
    for path in copied.missing {
      console.fail("not copied, because it is damaged or missing here: \(path)".escapedForDisplay)
    }
    console.print(
      "Copied \(Quantity.count(copied.snapshots, "snapshot")) and \(Quantity.count(copied.objects, "object")) to "
        + "\(folder.escapedForDisplay); \(Quantity.count(copied.checked, "snapshot")) read again there."
    )
    if [.interrupted, .terminated, .hungUp].contains(status) {
      console.note("Stopped; the same command continues.")
    }
  }
}

/// What was copied, for programs.
struct CopyReport: JSONEnding {
  let copied: RepositoryCopying.Result
  let folder: String

  static let type = "copy"
  static let summary = "What was copied to another folder: the result of `backup copy`."

  static let keys: [JSONKey<CopyReport>] = [
    JSONKey("copy", "the folder with the copy", \.folder),
    JSONKey("snapshots", "the number of snapshots that were copied", \.copied.snapshots),
    JSONKey("objects", "the number of files of configurations that were copied", \.copied.objects),
    JSONKey("lines", "the number of lines of chains that were added", \.copied.lines),
    JSONKey("missing", "files that are damaged or missing in the source", \.copied.missing),
  ]
}
