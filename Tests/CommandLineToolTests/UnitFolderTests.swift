// Where units are written, and which files are never replaced.

import Foundation
import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct UnitFolderTests {
  private let home: TemporaryFolder
  private let folder: UnitFolder

  private static let units = [
    UnitFolder.Unit(name: "job.service", text: ServiceUnit.heading + "[Service]\n"),
    UnitFolder.Unit(name: "job.timer", text: ServiceUnit.heading + "[Timer]\n"),
  ]

  init() throws {
    home = try TemporaryFolder()
    folder = UnitFolder(of: .user, TargetsPlaces(environment: ["HOME": home.path]), [:])
  }

  private func failure(of work: () throws -> Void) -> CommandFailure? {
    #expect(throws: CommandFailure.self, performing: work)
  }

  @Test func `units of a user are in the folder of XDG, units of the machine in etc`() {
    let places = TargetsPlaces(environment: ["HOME": "/home/op"])
    func path(_ manager: ScheduledBackup.Manager, _ environment: [String: String]) -> String {
      UnitFolder(of: manager, places, environment).path
    }
    #expect(path(.user, [:]) == "/home/op/.config/systemd/user")
    #expect(path(.user, ["XDG_CONFIG_HOME": "/c"]) == "/c/systemd/user")
    #expect(path(.user, ["XDG_CONFIG_HOME": "relative"]) == "/home/op/.config/systemd/user")
    #expect(path(.system, ["XDG_CONFIG_HOME": "/c"]) == "/etc/systemd/system")
  }

  @Test func `units are written once, and replaced when they change`() throws {
    #expect(try folder.install(Self.units) == [.written, .written])
    #expect(try home.read(".config/systemd/user/job.service") == Self.units[0].text)
    let attributes = try FileManager.default.attributesOfItem(
      atPath: folder.path(of: "job.service"))
    #expect((attributes[.posixPermissions] as? Int).map { $0 & 0o133 } == 0)
    #expect(try folder.install(Self.units) == [.unchanged, .unchanged])
    var changed = Self.units
    changed[1].text += "Persistent=true\n"
    #expect(try folder.install(changed) == [.unchanged, .replaced])
    #expect(try home.read(".config/systemd/user/job.timer") == changed[1].text)
  }

  @Test func `the backup of other targets is only replaced if its name was typed`() throws {
    func units(_ options: String, at time: String = "04:15") -> [UnitFolder.Unit] {
      let service = "[Service]\nExecStart=/usr/bin/cupibulk backup run \(options) --wire xml\n"
      return [
        .init(name: "job.service", text: ServiceUnit.heading + service),
        .init(name: "job.timer", text: ServiceUnit.heading + "[Timer]\nOnCalendar=\(time)\n"),
      ]
    }
    let old = units("--repo /srv/r --target a --target b")
    #expect(try folder.install(old) == [.written, .written])
    #expect(
      try folder.install(units("--repo /srv/r --target a --target b", at: "05:15"))
        == [.unchanged, .replaced])
    #expect(
      try folder.install(units("--repo /srv/r --target b --target a --transfer-timeout 9s"))
        == [.replaced, .replaced])
    for options in [
      "--repo /srv/r --target a", "--repo /srv/r --target a --target c",
      #"--repo "/srv/r s" --target a --target b"#, "--target a --target b",
    ] {
      let failure = failure { _ = try folder.install(units(options)) }
      #expect(
        failure?.text.replacing(home.path, with: "HOME") == """
          cupibulk: HOME/.config/systemd/user/job.service backs up other targets or into another repository, and is not replaced; no unit was written
              hint: give the new backup its own name with --name NAME, or type the name of the old one to replace it: --name job

          """)
    }
    #expect(try folder.install(units("--target a"), isNamed: true) == [.replaced, .unchanged])
  }

  @Test func `a unit of another author is not replaced, and then none is written`() throws {
    let path = try home.write("[Timer]\n", to: ".config/systemd/user/job.timer")
    let failure = failure { _ = try folder.install(Self.units) }
    #expect(
      failure?.text.replacing(home.path, with: "HOME") == """
        cupibulk: HOME/.config/systemd/user/job.timer is not a unit that cupibulk has written, and is not replaced; no unit was written
            hint: move it away, or choose another name with --name

        """)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "[Timer]\n")
    #expect(try home.names().count == 1)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["job.timer"])
  }

  @Test(arguments: ["/dev/null", "missing", "job.timer"])
  func `a link is not followed: a masked unit stays masked`(target: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path(of: "job.service"), withDestinationPath: target)
    let failure = failure { _ = try folder.install(Self.units) }
    #expect(
      failure?.message.contains("job.service is a link, such as that of a masked unit") == true)
  }

  @Test func `a folder in place of a unit, and a file in place of the folder, are errors`() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path(of: "job.service"), withIntermediateDirectories: true)
    #expect(
      failure { _ = try folder.install(Self.units) }?.message
        .contains("job.service is not a unit that cupibulk has written") == true)
    try FileManager.default.removeItem(atPath: home.path(".config"))
    try home.write("", to: ".config")
    #expect(
      failure { _ = try folder.install(Self.units) }?.message.replacing(home.path, with: "HOME")
        == "The folder HOME/.config/systemd/user cannot be made: Not a directory")
  }
}
