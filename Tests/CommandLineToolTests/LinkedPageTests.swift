// The page of linked libraries, the package's manifest and the list of Debian packages name the same libraries.

import TestSupport
import Testing

@Suite struct LinkedPageTests {
  /// What is linked: the packages with the headers, from the page's table.
  private func documented() throws -> Set<String> {
    let rows = try Package.text("docs/linked.md").matches(
      of: /\n\| `lib[^`]+` \| `[^`]+` \| `([^`]+)` \|/)
    return Set(rows.map { String($0.1) })
  }

  @Test func `the page names the C libraries of Package.swift and no others`() throws {
    let manifest = try Package.text("Package.swift")
    let named = Set(manifest.matches(of: /package: "([^"]+)"/).map { String($0.1) })
    #expect(named.count == 8)
    #expect(try documented() == named)
  }

  @Test func `make deps installs the headers of each library`() throws {
    let script = try Package.text("Tools/deps.sh")
    for name in try documented() { #expect(script.contains("\n  \"\(name)|"), "\(name)") }
  }
}
