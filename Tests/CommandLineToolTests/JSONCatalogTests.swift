import CommandLineTool
import Testing

/// The shapes of what programs read are named once, and their keys too.
@Suite struct JSONCatalogTests {
  @Test func `each shape has its own name, in plain letters`() {
    let types = JSONCatalog.shapes.map(\.type)
    #expect(Set(types).count == types.count)
    #expect(types.count > 30)
    for type in types { #expect(type.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil, "\(type)") }
  }

  @Test func `no object has a key twice, and only what ends a command has an exit code`() {
    for shape in JSONCatalog.shapes {
      for (path, members) in Self.objects(shape.members, shape.type) {
        let names = members.map(\.name)
        #expect(Set(names).count == names.count, "\(path)")
        for member in members {
          #expect(
            !member.meaning.isEmpty && !member.meaning.hasSuffix("."), "\(path).\(member.name)")
        }
      }
      let names = shape.members.map(\.name)
      #expect(!names.contains("exit") && !names.contains("schema") && !names.contains("type"))
    }
  }

  @Test func `a meaning and a summary do not break the tables of the document`() {
    for shape in JSONCatalog.shapes {
      #expect(shape.summary.hasSuffix("."), "\(shape.type)")
      for line in shape.tables.split(separator: "\n") where line.hasPrefix("|") {
        #expect(line.count { $0 == "|" } == 4, "\(shape.type): \(line)")
      }
    }
  }

  /// The members of an object, and of all objects in it.
  private static func objects(
    _ members: [JSONMember], _ path: String
  ) -> [(path: String, members: [JSONMember])] {
    [(path, members)]
      + members.flatMap { member in
        inner(member.kind).map { objects($0, "\(path).\(member.name)") } ?? []
      }
  }

  private static func inner(_ kind: JSONKind) -> [JSONMember]? {
    switch kind {
    case .object(let members): members
    case .list(let kind), .orNull(let kind), .byField(let kind), .pair(let kind): inner(kind)
    case .text, .time, .number, .decimal, .flag: nil
    }
  }
}
