import TestSupport
import Testing

@testable import CommandLineTool

/// What a word means as one side of a comparison.
@Suite struct ConfigurationReferenceTests {
  private let folder: TemporaryFolder
  private let environment: [String: String]

  init() throws {
    folder = try TemporaryFolder()
    try folder.writeTargets("[prod]\nurl = https://cuc.example.com\n")
    environment = ["HOME": folder.path, "XDG_CONFIG_HOME": folder.path("config")]
  }

  @Test(arguments: [
    ("-", ConfigurationReference.file("-")), ("backup.csv", .file("backup.csv")),
    ("./prod", .file("./prod")), ("old/prod", .file("old/prod")), ("/tmp/prod", .file("/tmp/prod")),
    ("run:last", .run("last")), ("run:20261123T191502Z-ab3f", .run("20261123T191502Z-ab3f")),
    ("https://cuc.example.com", .target("https://cuc.example.com")),
    ("sandbox:", .target("sandbox:")), ("sandbox:lab.db", .target("sandbox:lab.db")),
    ("prod", .target("prod")), ("PROD", .target("PROD")), ("target:prod", .target("prod")),
    ("target:other", .target("other")), ("production", .file("production")),
  ])
  func `a word is a file, a run or a target`(text: String, reference: ConfigurationReference) throws
  {
    #expect(try ConfigurationReference(text, environment: environment) == reference)
  }

  @Test func `a name that is a file and a target must be typed in full`() throws {
    // A file of the working folder of the tests, which every package has.
    try folder.writeTargets("[Package.swift]\nurl = https://cuc.example.com\n")
    let failure = #expect(throws: CommandFailure.self) {
      try ConfigurationReference("Package.swift", environment: environment)
    }
    #expect(
      failure
        == CommandFailure(
          .usage, "Package.swift is a file and the name of a target",
          hint: "type ./Package.swift for the file, or target:Package.swift for the target"))
  }
}

extension TemporaryFolder {
  /// Writes the user's file of targets to `config/cupibulk`.
  fileprivate func writeTargets(_ text: String) throws {
    try write(text, to: "config/cupibulk/targets.ini")
  }
}
