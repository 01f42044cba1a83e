// The files of the manual pages, as programs that show them read them.

import CommandLineTool
import Foundation
import TestSupport
import Testing

@Suite struct ManualPageFileTests {
  private let folder: TemporaryFolder

  init() async throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("man"), withIntermediateDirectories: true)
    #expect(try await folder.see(["__man", "man"]) == "exit 0")
  }

  /// The page as it is shown, with single blanks between its words.
  private func shown(_ page: String) async throws -> String {
    try await shown(page, by: "mandoc -T utf8 -O width=200 'man/\(page)' | col -bx")
  }

  private func shown(_ page: String, by script: String) async throws -> String {
    let run = try await ProgramRun.run(["-c", script], program: "/bin/bash", in: folder.path)
    #expect(run.messages.isEmpty, "\(page)")
    return run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func `mandoc and groff have nothing to complain about`() async throws {
    #expect(try await folder.see(script: "mandoc -T lint man/*") == "exit 0")
    let pages = try folder.names(in: "man")
    #expect(pages.count == Command.allPaths().count + 1)
    #expect(
      try await folder.see(
        script: "for page in man/*; do groff -K utf8 -man -ww -T utf8 \"$page\" >/dev/null; done")
        == "exit 0")
  }

  @Test(arguments: Command.allPaths())
  func `a page shows the table's options, defaults, operands, variables and exit codes`(
    path: CommandPath
  ) async throws {
    let page = try await shown(path.line.replacing(" ", with: "-") + ".1")
    let command = path.command
    for option in command.allOptions {
      let value = option.valueName.map { " \($0)" } ?? ""
      #expect(page.contains(" \(option.short.map { "-\($0), " } ?? "")\(option.flag)\(value) "))
      if let fallback = option.fallback { #expect(page.contains("Default: \(fallback).")) }
      if let variable = option.environmentName { #expect(page.contains("Variable: \(variable).")) }
    }
    for code in ExitStatus.allCases {
      #expect(page.contains(" \(code.rawValue) \(code.meaning.prefix(1).uppercased())"))
    }
    for operand in command.operands { #expect(page.contains(" \(operand.name) ")) }
    for example in command.examples { #expect(page.contains(example.line)) }
  }

  @Test func `no page names an option that its command lacks`() async throws {
    let all = Set(Command.allPaths().flatMap { $0.command.allOptions.map(\.flag) } + ["--help"])
    for path in Command.allPaths() {
      let page = try await shown(path.line.replacing(" ", with: "-") + ".1")
      let options = try #require(page.split(separator: " OPTIONS ").last)
      for flag in options.matches(of: /--[a-z][a-z-]*/) {
        #expect(all.contains(String(flag.output)), "\(path): \(flag.output)")
      }
    }
  }

  @Test func `man finds and shows a page by its name`() async throws {
    let page = try await shown(
      "cupibulk-targets.ini",
      by: "mkdir -p tree/man5 && cp man/*.5 tree/man5 && MANPATH=$PWD/tree MANWIDTH=200 "
        + "MANROFFOPT=-c man cupibulk-targets.ini | col -bx")
    #expect(page.contains("password-file = FILE The password is the first line of this file"))
    #expect(page.contains(" FENCES Pin, authorities, id"))
  }

  @Test func `the same program writes the same pages, whatever the time and the place`()
    async throws
  {
    #expect(
      try await folder.see(
        script: "mkdir other && TZ=Asia/Tokyo LANG=de_DE.UTF-8 COLUMNS=40 cupibulk __man other && "
          + "diff -r man other") == "exit 0")
    #expect(
      try await folder.see(
        script: "SOURCE_DATE_EPOCH=86400 cupibulk __man other && grep -h ^.TH other/cupibulk-runs.1"
      )
        == ".TH CUPIBULK\\-RUNS 1 \"1970-01-02\" \"cupibulk 0.1.0\" \"User Commands\"\nexit 0")
  }

  @Test func `a folder that does not exist is an error, and none is made`() async throws {
    #expect(
      try await folder.see(["__man", "nowhere"])
        == "cupibulk: Cannot write nowhere/cupibulk.1: its folder does not exist; make it, or name another one\nexit 1"
    )
    #expect(try await folder.see(["__man"]) == "cupibulk: __man needs a FOLDER\nexit 2")
  }

  @Test func `no log, no ledger and no other file is written`() async throws {
    #expect(
      try await folder.see(["__man", "man"], environment: ["CUPIBULK_LOG_FILE": "log"]) == "exit 0")
    #expect(try folder.names() == ["man"])
  }

  @Test func `no text names the command`() async throws {
    for words in [["help"], ["__mann"], [], ["--hlep"]] {
      let text = try await folder.see(words)
      #expect(!text.contains("__man "), "\(words)")
    }
  }
}

extension TemporaryFolder {
  /// The sorted names in a folder inside.
  func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
  }
}
