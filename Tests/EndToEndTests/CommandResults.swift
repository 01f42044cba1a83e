// The output of a failed command as one text that a test compares, and shells with restrictions.

import Foundation
import TestSupport

extension ProgramRun {
  /// Standard output, standard error and the exit code, with placeholders for what differs between runs.
  var seen: String {
    ConsoleExamples.shape(ProgramRun.withoutAnnouncements(output) + messages) + "exit \(status)"
  }
}

extension TemporaryFolder {
  /// Runs the program here, and returns what a user sees; the folder's path is shown as `FOLDER`.
  func see(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) async throws -> String {
    try await ProgramRun.run(
      arguments, in: path, input: input,
      // The output must not depend on the duration.
      environment: ["CUPIBULK_PROGRESS": "none"].merging(environment) { $1 }
    ).seen.replacingOccurrences(of: path, with: "FOLDER")
  }

  /// Runs a shell script here, with the program on the path as `cupibulk`, and returns its output.
  func see(
    script: String, by shell: [String] = ["/bin/bash", "-c"],
    environment: [String: String] = [:]
  ) async throws -> String {
    let bin = URL(filePath: Package.program).deletingLastPathComponent().path
    return try await ProgramRun.run(
      Array(shell.dropFirst()) + ["exec 2>&1\n" + script], program: shell[0], in: path,
      environment: [
        "PATH": bin + ":/usr/sbin:/usr/bin:/sbin:/bin", "CUPIBULK_PROGRESS": "none",
      ].merging(environment) { $1 }
    ).seen.replacingOccurrences(of: path, with: "FOLDER")
  }

  /// Writes bytes to a file inside.
  func write(bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(filePath: path(name)))
  }

  /// Writes a file that only its owner may read, for example one with a password.
  func writeSecret(_ text: String, to name: String) throws {
    let file = try write(text, to: name)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
  }

  /// The names of all files below, hidden ones too, sorted.
  func allFiles() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
      let attributes = try FileManager.default.attributesOfItem(atPath: self.path(name))
      return attributes[.type] as? FileAttributeType != .typeDirectory
    }.sorted()
  }

  /// Returns whether the ledger in the state folder holds only attempts, each with an ending and without rows.
  func holdsOnlyAttempts() async throws -> Bool {
    let runs = try await ProgramRun.run(["runs", "list", "--json"], in: path).output
    return runs.split(separator: "\n").allSatisfy { run in
      run.contains(#""staged":false"#) && !run.contains(#""exitCode":null"#)
    }
  }
}

/// Shell commands that restrict the programs that they run.
enum Confined {
  /// Respects file permissions even if the tests run as root.
  static var withoutPrivileges: [String] {
    geteuid() == 0
      ? ["/usr/bin/setpriv", "--bounding-set=-dac_override,-dac_read_search", "/bin/bash", "-c"]
      : ["/bin/bash", "-c"]
  }

  /// May mount file systems that are invisible to other processes and disappear when it ends.
  static var withMounts: [String] {
    ["/usr/bin/unshare", "--mount"] + (geteuid() == 0 ? [] : ["--map-root-user"])
      + ["/bin/bash", "-c"]
  }

  /// Returns whether the tests can mount a small file system on this machine.
  static func canMount() async throws -> Bool {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    return try await folder.see(
      script: "mkdir m && mount -t tmpfs -o size=64k tmpfs m", by: withMounts) == "exit 0"
  }
}
