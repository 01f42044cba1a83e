// The architecture page names files that exist, and every module.

import Foundation
import TestSupport
import Testing

@Suite struct ArchitecturePageTests {
  private let page: String

  init() throws { page = try Package.text("docs/architecture.md") }

  private func sources() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(
      atPath: Package.root + "/Sources"
    ).map { "/" + $0 }
  }

  @Test func `each file and folder that the page names is there`() throws {
    let sources = try sources()
    let named = page.matches(of: /`([A-Za-z0-9+\/]+(?:\.swift|\/[A-Z][A-Za-z0-9]*))`/).map {
      String($0.1)
    }
    #expect(named.count > 60)
    for name in named where name != "Package.swift" {
      #expect(sources.contains { $0.hasSuffix("/" + name) }, "\(name)")
    }
  }

  @Test func `each module has its place on the page`() throws {
    let modules = try sources().filter { path in
      path.split(separator: "/").count == 2
        && ["/Libraries/", "/Model/", "/Adapters/", "/Engine/", "/UserInterface/"]
          .contains { path.hasPrefix($0) }
    }.compactMap { $0.split(separator: "/").last.map(String.init) }
    #expect(modules.count > 15)
    for module in modules { #expect(page.contains(module), "\(module)") }
  }
}
