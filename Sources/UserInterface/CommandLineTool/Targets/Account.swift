// Finds the user name and the password for a server, in a fixed order.

import ChildProcesses
import Bytes
import BatchEngine
import FoundationEssentials
import Glibc
import UnityConnection

/// The sources of the credentials of a server.
struct AccountSource {
  var username: String?
  var passwordFile: String?
  var netrcFile: String?
  /// A command for the shell; its first line of output is the password.
  var passwordCommand: String?
  /// The environment variables of the command.
  var environment: [String: String] = [:]
  /// A file of systemd's `$CREDENTIALS_DIRECTORY` that a named target uses.
  var credentialFile: String?
  /// systemd's `$CREDENTIALS_DIRECTORY`, if the program runs as a service with credentials.
  var credentialsFolder: String?
  /// Reads the password on the terminal without echo, and returns `nil` without a terminal; `nil` to disable that.
  var ask: ((String) throws(CommandFailure) -> String?)?

  /// Finds the credentials: the password file, the netrc file, systemd's credential, the command, the prompt.
  func find(for host: String) throws(CommandFailure) -> Credentials {
    if let passwordFile {
      return Credentials(username: try name(host), password: Secret(try secret(passwordFile)))
    }
    if let netrcFile { return try fromNetrc(netrcFile, host) }
    if let credentialFile {
      return Credentials(
        username: try name(host), password: Secret(try secret(credentialFile, isTrusted: true)))
    }
    if let credentialsFolder {
      let file = credentialsFolder + "/cupibulk-password"
      if FileManager.default.fileExists(atPath: file) {
        return Credentials(
          username: try name(host), password: Secret(try secret(file, isTrusted: true)))
      }
    }
    if let passwordCommand {
      return Credentials(
        username: try name(host),
        password: Secret(try PasswordCommand.run(passwordCommand, environment: environment)))
    }
    let username = try name(host)
    guard let typed = try ask?("Password of \(username) at \(host): ") else {
      throw CommandFailure(
        .usage, "There is no password for \(host), and no terminal to ask for it",
        hint: "pass --password-file FILE, --netrc-file FILE or --password-command COMMAND")
    }
    guard !typed.isEmpty else {
      throw CommandFailure(
        .refused, "The password that was typed for \(host) is empty",
        hint: "run the command again, and type it before Enter")
    }
    return Credentials(username: username, password: Secret(typed))
  }

  private func name(_ host: String) throws(CommandFailure) -> String {
    guard let username else {
      throw CommandFailure(
        .usage, "There is no user name for \(host)", hint: "pass --username NAME")
    }
    return username
  }

  private func secret(_ path: String, isTrusted: Bool = false) throws(CommandFailure) -> String {
    try SecretFile.orRefuse { () throws(SecretFile.Fault) in
      try SecretFile.firstLine(path, isTrusted: isTrusted)
    }
  }

  private func fromNetrc(_ path: String, _ host: String) throws(CommandFailure) -> Credentials {
    let text = try SecretFile.orRefuse { () throws(SecretFile.Fault) in try SecretFile.read(path) }
    let entry = NetrcFile(text).entry(for: host, login: username)
    guard let entry, let login = entry.login ?? username, let password = entry.password else {
      throw CommandFailure(
        .refused, "The netrc file \(path) has no login and password for \(host)",
        hint: "add a line: machine \(host) login NAME password …")
    }
    return Credentials(username: login, password: Secret(password))
  }
}

/// A command that prints a password, such as the client of a password store.
enum PasswordCommand {
  /// Runs the command with `/bin/sh -c`; its standard error is that of this process.
  static func run(
    _ command: String, environment: [String: String]
  ) throws(CommandFailure) -> String {
    let process: ChildProcess
    do throws(ChildProcess.Failure) {
      process = try ChildProcess(
        ChildProcess.Configuration(
          ["/bin/sh", "-c", command], environment: environment, output: .pipe))
    } catch {
      throw CommandFailure(
        .refused, "The password command cannot be started: \(error.reason)")
    }
    let bytes = process.output.map(Descriptor.readToEnd) ?? []
    process.output.map { _ = close($0) }
    let status = process.waitForEnd()
    guard status == 0 else {
      throw CommandFailure(
        .refused,
        status < 0
          ? "The password command was ended by signal \(-status)"
          : "The password command ended with exit code \(status)",
        hint: "run it by hand to see why")
    }
    let line = String(decoding: bytes, as: UTF8.self).firstLine
    guard !line.isEmpty else {
      throw CommandFailure(
        .refused, "The password command printed nothing", hint: "its first line is the password")
    }
    return line
  }
}
