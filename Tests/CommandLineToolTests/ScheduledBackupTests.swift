// Units of systemd and lines of a crontab for odd and hostile names.

import Testing

@testable import CommandLineTool

@Suite struct ScheduledBackupTests {
  /// A job with this folder as its repository, and in all other places where a path can be.
  private static func backup(_ folder: String, program: String = "/usr/bin/cupibulk")
    -> ScheduledBackup
  {
    var backup = ScheduledBackup(
      program: program,
      words: [.plain("backup"), .plain("run"), .plain("--repo"), .plain(folder)],
      times: ["04:15", "16:00"].compactMap(ClockTime.init))
    backup.repositories = [folder]
    backup.otherFolders = [folder]
    backup.readFiles = [folder]
    backup.credentials = [.init(name: "cupibulk-password", file: folder + "/password")]
    return backup
  }

  @Test(arguments: [
    ("/srv/backups", "/srv/backups", "/srv/backups"),
    ("/srv/my backups", #""/srv/my backups""#, #""/srv/my backups""#),
    ("/srv/100%n", "/srv/100%%n", "/srv/100%%n"),
    (#"/a"b'c\d"#, #""/a\"b'c\\d""#, #""/a\"b'c\\d""#),
    ("/a$HOME/${X}", #""/a$HOME/${X}""#, #""/a$$HOME/$${X}""#),
    ("/a;b #c", #""/a;b #c""#, #""/a;b #c""#),
    ("/ä/日本", "/ä/日本", "/ä/日本"), ("", #""""#, #""""#), (";", #"";""#, #"";""#),
    ("~/x", #""~/x""#, #""~/x""#),
  ])
  func `a text is one word for systemd, without specifiers and variables`(
    text: String, word: String, argument: String
  ) {
    #expect(text.unitWord == word)
    #expect(text.unitArgument == argument)
  }

  static let hostile = [
    "/a\nExecStartPre=/bin/evil", "/a\r\n[Service]", "/a\u{0}b", "/a\u{85}b", "/a\u{2028}b",
    "/a\u{202E}b",
    "/a\u{200B}b", "/a\tb", "/a\u{1B}[2Jb", "/\u{7F}", "/e\u{301}\u{200D}x",
  ]

  @Test(arguments: hostile)
  func `a text that would break out of its line is refused, wherever it is`(text: String) {
    let places: [(inout ScheduledBackup) -> Void] = [
      { $0.program = text }, { $0.words.append(.plain(text)) }, { $0.repositories = [text] },
      { $0.otherFolders = [text] }, { $0.readFiles = [text] }, { $0.account = text },
      { $0.onFailure = text }, { $0.credentials = [.init(name: "x", file: text)] },
    ]
    for place in places {
      var backup = Self.backup("/srv")
      place(&backup)
      #expect(throws: CommandFailure.self) { try backup.check() }
    }
  }

  @Test func `the refusal shows the text with its escapes`() {
    let failure = #expect(throws: CommandFailure.self) {
      try Self.backup("/a\nb").check()
    }
    #expect(
      failure?.text == """
        cupibulk: '/a\\nb' has a control character or an invisible one, which cannot be written into a unit or a crontab
            hint: give the file or the folder another name

        """)
    #expect(failure?.status == .usage)
  }

  @Test(arguments: [
    "/a b", "/a%b", #"/a"b"#, "/a;b", "/a$b", "/ä", "/a'b", "/a#b", "/a=b", "/[Service]",
  ])
  func `an odd name adds no line, and each line has a key of its section`(folder: String) throws {
    let plain = ServiceUnit(backup: Self.backup("/srv")).text.split(separator: "\n")
    let backup = Self.backup(folder)
    try backup.check()
    let odd = ServiceUnit(backup: backup).text.split(separator: "\n")
    #expect(odd.count == plain.count)
    for (one, other) in zip(odd, plain) {
      let key = other.prefix { $0 != "=" }
      #expect(one.hasPrefix(key), "\(one)")
    }
  }

  @Test(arguments: ["/x ", "/x\\"])
  func `a credential's file must not end where systemd would read on`(file: String) {
    var backup = Self.backup("/srv")
    backup.credentials = [.init(name: "x", file: file)]
    let failure = #expect(throws: CommandFailure.self) { try backup.check() }
    #expect(
      failure?.message
        == "'\(file)' ends with a space or a backslash, which systemd cannot read in LoadCredential="
    )
  }

  @Test(arguments: [#"/a"b"#, "/a'b", #"/a\b"#])
  func `systemd runs no program with a quotation mark in its path`(path: String) {
    let failure = #expect(throws: CommandFailure.self) {
      try Self.backup("/srv", program: path).checkProgram()
    }
    #expect(
      failure?.message
        == "systemd runs no program with a quotation mark or a backslash in its path: \(path)")
  }

  @Test func `what a folder needs of the system is opened, and nothing else`() {
    func settings(_ folder: String) -> Set<String> {
      let lines = ServiceUnit(backup: Self.backup(folder)).text.split(separator: "\n")
      return Set(
        lines.map(String.init).filter {
          $0.hasPrefix("ProtectHome=") || $0.hasPrefix("PrivateTmp=")
        })
    }
    #expect(settings("/srv/x") == ["ProtectHome=tmpfs", "PrivateTmp=yes"])
    #expect(settings("/home/op/x") == ["ProtectHome=read-only", "PrivateTmp=yes"])
    #expect(settings("/root") == ["ProtectHome=read-only", "PrivateTmp=yes"])
    #expect(settings("/homestead") == ["ProtectHome=tmpfs", "PrivateTmp=yes"])
    #expect(settings("/tmp/x") == ["ProtectHome=tmpfs", "PrivateTmp=no"])
  }

  @Test func `a stop has time for a request, the snapshot and the ping`() {
    var backup = Self.backup("/srv")
    backup.transferTimeout = .seconds(600)
    #expect(ServiceUnit(backup: backup).text.contains("\nTimeoutStopSec=12m\n"))
  }

  @Test func `metrics are readable for another account`() {
    var backup = Self.backup("/srv")
    #expect(ServiceUnit(backup: backup).text.contains("\nUMask=0027\n"))
    backup.writesMetrics = true
    #expect(ServiceUnit(backup: backup).text.contains("\nUMask=0022\n"))
  }

  @Test func `no unit hides a failure`() {
    for manager in [ScheduledBackup.Manager.user, .system] {
      var backup = Self.backup("/srv")
      backup.manager = manager
      let lines = ServiceUnit(backup: backup).text.split(separator: "\n")
      #expect(!lines.contains { $0.hasPrefix("SuccessExitStatus") || $0.hasPrefix("ExecStart=-") })
    }
  }

  // MARK: Cron

  @Test func `each time has a line, and percent signs are escaped`() throws {
    #expect(
      try Crontab(backup: Self.backup("/srv/100% it's")).text() == """
        15 4 * * * /usr/bin/cupibulk backup run --repo '/srv/100\\% it'\\''s'
        0 16 * * * /usr/bin/cupibulk backup run --repo '/srv/100\\% it'\\''s'

        """)
  }

  @Test func `a backslash and a command that is too long are refused`() {
    let backslash = #expect(throws: CommandFailure.self) {
      try Crontab(backup: Self.backup(#"/a\%b"#)).text()
    }
    #expect(
      backslash?.message == #"'/a\%b' has a backslash, which not all versions of cron read alike"#)
    let long = #expect(throws: CommandFailure.self) {
      try Crontab(backup: Self.backup("/" + String(repeating: "x", count: 1_000))).text()
    }
    #expect(long?.message == "The command has 1,037 characters; cron takes at most 998")
  }

  // MARK: Names

  @Test(arguments: ["cupibulk-backup", "a.b_c-1"])
  func `a name of units`(name: String) { #expect(ScheduledBackup.complaint(ofName: name) == nil) }

  @Test(arguments: [
    "", "a/b", "../x", ".x", "-x", "a b", "a\nb", "ä", "a@b", "a%b",
    String(repeating: "x", count: 101),
  ])
  func `no name of units`(name: String) { #expect(ScheduledBackup.complaint(ofName: name) != nil) }

  @Test(arguments: ["alert.service", "alert@%n.service", #"a\x2db.target"#])
  func `a unit for failures`(unit: String) {
    #expect(ScheduledBackup.complaint(ofUnit: unit) == nil)
  }

  @Test(arguments: [
    "alert", "a.service b.service", "a.service\n[Service]", ".conf", "a/b.service", "ä.service",
  ])
  func `no unit for failures`(unit: String) {
    #expect(ScheduledBackup.complaint(ofUnit: unit) != nil)
  }

  @Test(arguments: ["00:00", "04:15", "23:59"])
  func `a time of the day`(text: String) { #expect(ClockTime(text)?.text == text) }

  @Test(arguments: [
    "", "4:15", "24:00", "04:60", "04:15:00", "0415", "-1:15", "+4:15", "０４:15", "04:15\n", " 4:15",
  ])
  func `no time of the day`(text: String) { #expect(ClockTime(text) == nil) }
}
