// Changes of targets.ini: none is lost, and a refused one leaves the file as it was.

import Foundation
import INIFiles
import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct TargetsEditTests {
  private let folder: TemporaryFolder
  private let places: TargetsPlaces

  init() throws {
    folder = try TemporaryFolder()
    places = TargetsPlaces(
      environment: ["HOME": folder.path], system: folder.path("etc/targets.ini"))
  }

  private static let file = ".config/cupibulk/targets.ini"

  @Test func `changes at the same time are all kept`() async throws {
    let places = places
    await withTaskGroup { tasks in
      for number in 1...8 {
        tasks.addTask {
          #expect(throws: Never.self) {
            try TargetsFile.update(places) { document throws(INIFault) in
              try document.addingSection("t\(number)", [("url", "https://h\(number)")])
            }
          }
        }
      }
    }
    let file = try TargetsFile.load(places.user, home: places.home, owner: .user)
    #expect(file.targets.map(\.name).sorted() == (1...8).map { "t\($0)" })
    #expect(try folder.allNames(in: ".config/cupibulk") == ["targets.ini"])
  }

  @Test func `a change that would make the file wrong is not written`() throws {
    let before = "# mine\n[a]\nurl = https://h\n"
    let file = try folder.write(before, to: Self.file)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    let failure = #expect(throws: CommandFailure.self) {
      try TargetsFile.update(places) { document throws(INIFault) in
        try document.addingSection("b", [("url", "https://h")])
      }
    }
    #expect(
      failure
        == CommandFailure(
          .usage,
          "\(file) was not changed: https://h is the address of both [a] (line 3) and [b]",
          hint: "keep one of the two sections"))
    #expect(throws: CommandFailure.self) {
      try TargetsFile.update(places) { document throws(INIFault) in
        try document.setting("url", to: "two\nlines", in: "a")
      }
    }
    #expect(try folder.read(Self.file) == before)
  }

  @Test func `a file that others may write is not changed`() throws {
    let file = try folder.write("", to: Self.file)
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file)
    let failure = #expect(throws: CommandFailure.self) {
      try TargetsFile.update(places) { document throws(INIFault) in document }
    }
    #expect(failure?.status == .refused)
  }
}

extension TemporaryFolder {
  /// The names of all files in a folder inside, hidden ones too.
  fileprivate func allNames(in name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(name)).sorted()
  }
}
