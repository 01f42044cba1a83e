// The targets of a scheduled job, and where their passwords come from.

import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct ScheduledTargetTests {
  private let home: TemporaryFolder
  private let recorder = Recorder()

  init() throws { home = try TemporaryFolder() }

  private static let ini = """
    [prod]
    url = https://one.example
    username = op
    credential = prod-password
    [lab]
    url = https://two.example
    username = op
    credential = lab-password
    [file]
    url = https://three.example
    password-file = file.password
    ca-cert = ca.pem
    [shell]
    url = https://four.example
    password-command = pass show x
    [plain]
    url = https://five.example
    """

  private func find(
    _ words: [String], account: String? = nil, isInstalled: Bool = false
  ) throws -> [ScheduledTarget] {
    try home.write(Self.ini, to: ".config/cupibulk/targets.ini")
    return try ScheduledTargets(
      places: TargetsPlaces(environment: ["HOME": home.path], system: home.path("system.ini")),
      otherAccount: account, isInstalled: isInstalled, console: recorder.console()
    ).find(words).targets
  }

  private func plan(_ words: [String], file: String? = nil) throws -> PasswordPlan {
    try PasswordPlan(units: find(words), file: file, in: "/c")
  }

  @Test func `a password is the credential of the section, or the one for all others`() throws {
    #expect(
      try plan(["prod", "plain", "https://x.example"]).credentials == [
        .init(name: "prod-password", file: "/c/prod-password"),
        .init(name: "cupibulk-password", file: "/c/cupibulk-password"),
      ])
    #expect(
      try plan(["prod"], file: "/p").credentials == [.init(name: "prod-password", file: "/p")])
    #expect(
      try plan(["plain"], file: "/p").credentials == [.init(name: "cupibulk-password", file: "/p")])
  }

  @Test func `a section's own file or command needs no credential, and a typed file wins`() throws {
    #expect(
      try plan(["file", "shell"])
        == PasswordPlan.none(reading: [home.path(".config/cupibulk/file.password")]))
    let typed = try plan(["shell", "plain"], file: "/p")
    #expect(typed.typedFile == "/p")
    #expect(typed.credentials.isEmpty && typed.readFiles == ["/p"])
  }

  @Test func `a sandbox needs no password`() throws {
    #expect(try plan(["sandbox:", "sandbox:/x.db"]) == .none(reading: []))
    #expect(try find(["sandbox:/x.db"])[0].word == "sandbox:/x.db")
    #expect(try !find(["sandbox:x.db"])[0].word.hasPrefix("sandbox:x"))
  }

  @Test func `one file is not the password of two credentials`() throws {
    let failure = #expect(throws: CommandFailure.self) { try plan(["prod", "lab"], file: "/p") }
    #expect(
      failure?.text == """
        cupibulk: One --password-file cannot be the credentials prod-password and lab-password
            hint: leave it out, and write the passwords to files of these names in /c

        """)
  }

  @Test func `cron needs a file for what would be a credential`() throws {
    let failure = #expect(throws: CommandFailure.self) {
      try PasswordPlan(cron: find(["shell", "plain"]), file: nil)
    }
    #expect(
      failure?.text == """
        cupibulk: There is no password for plain: cron passes no credentials to a job
            hint: pass --password-file FILE

        """)
    #expect(try PasswordPlan(cron: find(["shell", "file"]), file: nil).typedFile == nil)
    #expect(try PasswordPlan(cron: find(["plain"]), file: "/p").typedFile == "/p")
  }

  @Test func `a target of one user is not one of another account's job`() throws {
    let failure = #expect(throws: CommandFailure.self) {
      try find(["prod"], account: "backup")
    }
    #expect(
      failure?.text.replacing(home.path, with: "HOME") == """
        cupibulk: Target prod is in HOME/.config/cupibulk/targets.ini, which a job of the account backup does not read
            hint: write it to /etc/cupibulk/targets.ini, or make units of your own with --user

        """)
  }

  @Test func `an unknown name is a warning, and an error where units are written`() throws {
    #expect(try find(["prdo"]) == [.unknown("prdo")])
    #expect(recorder.messages.contains("warning: there is no target prdo in "))
    #expect(recorder.messages.contains("; did you mean prod?"))
    #expect(throws: CommandFailure.self) { try find(["prdo"], isInstalled: true) }
    let failure = #expect(throws: CommandFailure.self) { try find(["a\nb"]) }
    #expect(
      failure?.message == "'a\nb' is no target: allowed are letters, digits, '.', '_' and '-'")
  }
}

extension PasswordPlan {
  fileprivate static func none(reading files: [String]) throws -> PasswordPlan {
    var plan = try PasswordPlan(units: [], file: nil, in: "")
    plan.readFiles = files
    return plan
  }
}
