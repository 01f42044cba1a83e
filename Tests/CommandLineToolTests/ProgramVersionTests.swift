import Testing

@testable import CommandLineTool

@Suite struct ProgramVersionTests {
  private let version = ProgramVersion(
    version: "0.1.0",
    stamp: BuildStamp(
      commit: "6f238eb0000000000000000000000000000000aa", date: "2026-11-28T15:28:25Z",
      dirty: "1",
      swift: "6.3.1"),
    libraries: [
      ProgramVersion.Library(named: "libcurl/7.88.1"), ProgramVersion.Library(named: "inih"),
    ])

  @Test func `the text has a line for each fact`() {
    #expect(
      version.text == """
        cupibulk 0.1.0
          commit   6f238eb0000000000000000000000000000000aa (2026-11-28T15:28:25Z, changed since)
          swift    6.3.1
          libcurl  7.88.1
          inih     unknown: it does not report it

        """)
  }

  @Test func `what is not known is said in words, and is null for programs`() {
    let plain = ProgramVersion(
      version: "0.1.0", stamp: BuildStamp(commit: "", date: "", dirty: "", swift: ""),
      libraries: [])
    #expect(plain.text == "cupibulk 0.1.0\n  commit  unknown\n  swift   unknown\n")
    #expect(
      plain.line(exit: 0)
        == #"{"schema":1,"type":"version","exit":0,"version":"0.1.0","commit":null,"date":null,"dirty":null,"swift":null,"libraries":[]}"#
    )
  }

  @Test func `the object has all keys`() {
    #expect(
      version.line(exit: 0)
        == #"{"schema":1,"type":"version","exit":0,"version":"0.1.0","commit":"6f238eb0000000000000000000000000000000aa","date":"2026-11-28T15:28:25Z","dirty":true,"swift":"6.3.1","libraries":[{"name":"libcurl","version":"7.88.1"},{"name":"inih","version":null}]}"#
    )
  }

  @Test func `each library that is loaded has a version, except inih, which has none to ask for`()
    throws
  {
    let libraries = ProgramVersion(stamp: BuildStamp(commit: "", date: "", dirty: "", swift: ""))
      .libraries
    let names = libraries.map(\.name).filter { !["OpenSSL", "GnuTLS"].contains($0) }
    #expect(
      names == ["libcurl", "libxml2", "SQLite", "libmicrohttpd", "zlib", "libunistring", "inih"])
    #expect(libraries.contains { $0.name == "GnuTLS" })
    for library in libraries where library.name != "inih" {
      let version = try #require(library.version, "\(library.name)")
      #expect(version.wholeMatch(of: /\d+(\.\d+)+[-+.\w]*/) != nil, "\(library.name) \(version)")
    }
  }
}
