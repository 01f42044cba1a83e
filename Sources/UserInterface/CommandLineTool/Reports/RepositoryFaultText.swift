// The texts for repositories that cannot be used as was asked.

import BatchEngine
import Bytes
import Glibc
import PortGroupModel
import SnapshotRepository

extension CommandFailure {
  /// A repository that cannot be used as was asked.
  ///
  /// - Parameters:
  ///   - fault: What is wrong.
  ///   - repository: The folder for the commands in the hint; `nil` if it is not known.
  init(_ fault: RepositoryFault, repository: String? = nil) {
    self.init(fault.status, fault.sentence, hint: fault.hint(in: repository) ?? "")
  }
}

extension RepositoryFault {
  var status: ExitStatus {
    switch cause {
    case .locked: .locked
    case .notACopy: .limitExceeded
    case .chainBroken, .reference(.uncertain): .notAsAsked
    case .isCopy, .reference(.noSuchTarget): .refused
    case .reference, .noRepository, .notEmpty, .damagedSettings, .newerFormat, .notLockable, .file,
      .readBack, .manifestMissing, .manifestDamaged, .objectMissing, .objectDamaged,
      .otherRepository:
      .failure
    }
  }

  /// What is wrong, as a sentence without a full stop; the name of a file or target at its start is left as it is.
  var sentence: String {
    switch cause {
    case .damagedSettings, .file, .readBack, .notACopy: message
    default: message.sentenceStart
    }
  }

  /// What is wrong, as a clause.
  var message: String {
    switch cause {
    case .noRepository(let folder): "there is no repository in \(folder)"
    case .notEmpty(let folder): "the folder \(folder) has other files, and no repository"
    case .damagedSettings(let path):
      "\(path) is damaged: it is not as cupibulk has written it"
    case .newerFormat(let folder, let format):
      "the repository \(folder) has the format \(format), which this version of cupibulk cannot read"
    case .isCopy(let folder):
      "the repository \(folder) is a copy, to which only its original adds snapshots"
    case .locked(let folder, let holder, _):
      "another process writes to the repository \(folder)\(holder)"
    case .notLockable(let reason): reason
    case .file(let fault): "\(fault.path): \(fault.cause.text)"
    case .readBack(let path): "\(path) was written, and other bytes were read again"
    case .manifestMissing(let path): "the manifest \(path) is missing"
    case .manifestDamaged(let path): "the manifest \(path) is not the one that the chain names"
    case .objectMissing(let path): "the object \(path) is missing"
    case .objectDamaged(let path):
      "the object \(path) is damaged: its content is not what its name says"
    case .chainBroken(let path, let line): "the chain \(path) is broken at line \(line)"
    case .notACopy(let path): "\(path) has lines that this repository does not have"
    case .otherRepository(let folder):
      "the folder \(folder) has another repository, and no copy of this one"
    case .reference(let fault): fault.message
    }
  }

  /// What to do, as a clause; `nil` if the message is enough.
  var hint: String? { hint(in: nil) }

  /// The same, with commands that can be typed as they are.
  ///
  /// - Parameter repository: The folder; `nil` if it is not known.
  /// - Returns: A clause; `nil` if the message is enough.
  func hint(in repository: String?) -> String? {
    let option = repository.map { " --repo \($0.shellWord)" } ?? ""
    return switch cause {
    case .noRepository(let folder): "make one with: cupibulk backup init --repo \(folder.shellWord)"
    case .notEmpty: "name an empty folder, or one that does not exist"
    case .damagedSettings:
      "take the file from a copy of the repository, or make a new repository in another folder; the snapshots "
        + "are not affected"
    case .newerFormat: "install a newer version"
    case .isCopy(let folder):
      "to make it a repository of its own: cupibulk backup init --repo \(folder.shellWord)"
    case .locked: "wait until it has ended, or pass a longer --lock-wait"
    case .notLockable: nil
    case .file(let fault):
      switch fault.cause {
      case .system(ENOSPC), .system(EDQUOT):
        "free some space, and run the command again: nothing was lost"
      default: nil
      }
    case .readBack: "check the disk; nothing was added"
    case .manifestMissing, .manifestDamaged, .objectMissing, .objectDamaged:
      "cupibulk backup verify\(option) names all damage; take the file from a copy, or use another snapshot"
    case .chainBroken:
      "cupibulk backup verify\(option) names all damage; until it is put right, nothing is forgotten or copied"
    case .notACopy: "keep it as it is, and copy to another folder"
    case .otherRepository: "name an empty folder, or an earlier copy"
    case .reference(let fault): fault.hint(option)
    }
  }
}

extension FileFault.Cause {
  /// Why a file cannot be used, as a clause.
  var text: String {
    switch self {
    case .system(let code): SystemReason.text(code)
    case .notRegular: "it is a link, a folder or a device, where a file must be"
    case .notFolder: "it is a link or a file, where a folder must be"
    case .tooLong: "it is far too long"
    }
  }
}

extension ReferenceFault {
  var message: String {
    switch self {
    case .unknown(let name): "no snapshot begins with \(name.quoted)"
    case .ambiguous(let name, let count): "\(count) snapshots begin with \(name)"
    case .uncertain(let target):
      "it is not certain which snapshot of \(target) is the last good one: lines of its chain are missing or were changed"
    case .noGood(let target): "the repository has no good snapshot of \(target)"
    case .noGoodBefore(let target, let day):
      "the repository has no good snapshot of \(target) that ended by the end of \(day)"
    case .severalTargets(let titles):
      "the repository has snapshots of \(titles.count) targets: \(Wording.list(titles, joinedBy: "and"))"
    case .noSuchTarget(let name, let titles):
      "the repository has no snapshot of \(name)"
        + (titles.isEmpty ? "" : ", only of \(Wording.list(titles, joinedBy: "and"))")
    case .empty: "the repository has no snapshot yet"
    }
  }

  /// What to do, as a clause; the option for the repository begins with a space, or is empty.
  fileprivate func hint(_ option: String) -> String? {
    switch self {
    case .unknown: "cupibulk backup list --all\(option) shows their names"
    case .ambiguous: "type more of the name; cupibulk backup list --all\(option) shows them"
    case .uncertain:
      "cupibulk backup verify\(option) names the damage; a snapshot can be named by its name, which "
        + "cupibulk backup list --all\(option) shows"
    case .noGood, .noGoodBefore:
      "cupibulk backup list --all\(option) shows what there is; a suspect one must be named"
    case .severalTargets: "type the name of a snapshot, which cupibulk backup list\(option) shows"
    case .noSuchTarget: nil
    case .empty: "take one with: cupibulk backup run\(option) --target T"
    }
  }
}

extension RunStop {
  /// What to do next; commands name the repository that was read.
  func hint(in repository: String) -> String? {
    if case .repository(let fault) = self { fault.hint(in: repository) } else { hint }
  }
}
