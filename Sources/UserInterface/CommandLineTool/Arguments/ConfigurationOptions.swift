// The options of the commands that compare and restore configurations.

import BatchEngine
import PortGroupModel

extension Option {
  package static let onlyService = Option(
    "only-service", .choice(RemoteService.restorable.map { String($0.rawValue) }), in: .input,
    isRepeatable: true, readsEnvironment: false,
    "look only at servers of this service, on both sides: 100 call managers, 101 TFTP servers, 102 SIP "
      + "proxies; may be repeated")
  package static let fileIsWhole = Option(
    "file-is-whole", in: .input, readsEnvironment: false,
    "the file has all servers of each port group that it names; --exact needs it for a file")
  package static let missingGroups = Option(
    "missing-groups", .choice(of: RestoreTerms.MissingGroups.self), in: .input,
    fallback: RestoreTerms.MissingGroups.refuse.rawValue, readsEnvironment: false,
    "what to do where the target lacks port groups of the source: send nothing, or restore the others"
  )
  package static let fromOtherTarget = Option(
    "from-other-target", in: .safety, readsEnvironment: false,
    "restore onto this target what was read from another one")
  package static let exact = Option(
    "exact", in: .safety, readsEnvironment: false,
    "also delete the servers that the source lacks, at most --max-delete of them")
  package static let replace = Option(
    "replace", in: .safety, readsEnvironment: false,
    "delete and create a server where a field cannot be emptied; it gets a new id, and counts for "
      + "--max-delete")
  package static let diffFormat = Option(
    "format", .choice(of: DiffFormat.self), in: .output, fallback: DiffFormat.text.rawValue,
    readsEnvironment: false,
    "how differences are written: for people, for programs, or as a file whose import makes OLD into NEW"
  )
  package static let exitCode = Option(
    "exit-code", in: .output, readsEnvironment: false, "exit with 9 if there are differences")
}
