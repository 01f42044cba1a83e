import BatchEngine
import PortGroupModel
import RowLedger
import SnapshotRepository

/// Everything that the program prints for programs, as docs/json.md describes it.
package enum JSONCatalog {
  /// Each shape, in the order of the document.
  package static let shapes: [JSONShape] = [
    JSONShape(FailureReport.self), JSONShape(ProgramVersion.self),
    JSONShape(RunResultReport.self), JSONShape(AttemptReport.self), JSONShape(PlannedRow.self),
    JSONShape(RowOutcome.self), JSONShape(ExportReport.self), JSONShape(ProgressReport.self),
    JSONShape(Diagnostic.self), JSONShape(ValidationReport.self), JSONShape(InspectionReport.self),
    JSONShape(DiffDocument.self), JSONShape(PlanDocument.self),
    JSONShape(RunSummary.self), JSONShape(RunReport.self), JSONShape(StoredRow.self),
    JSONShape(RejectsReport.self), JSONShape(PruningReport.self),
    JSONShape(TargetLine.self), JSONShape(TargetDetails.self), JSONShape(TargetCheckReport.self),
    JSONShape(AddedTarget.self), JSONShape(RenewedTarget.self),
    JSONShape(RepositoryReport.self), JSONShape(BackupReport.self), JSONShape(SnapshotLine.self),
    JSONShape(SnapshotReport.self), JSONShape(TargetStatus.self),
    JSONShape(VerificationReport.self), JSONShape(DrillReport.self), JSONShape(MarkReport.self),
    JSONShape(RetentionLine.self), JSONShape(CopyReport.self),
    JSONShape(ScheduleReport.self), JSONShape(SandboxReport.self),
  ]
}

/// The description of an object that is printed on a line of its own.
package struct JSONShape: Sendable {
  /// The value of `type`.
  package let type: String
  /// What it is, and when it is printed.
  package let summary: String
  /// True if it ends a command, and has the exit code.
  package let endsCommand: Bool
  /// Its keys after `schema`, `type` and `exit`.
  package let members: [JSONMember]

  init(_ line: any JSONLine.Type) {
    self.init(describing: line)
  }

  private init<Line: JSONLine>(describing line: Line.Type) {
    type = line.type
    summary = line.summary
    endsCommand = line is any JSONEnding.Type
    members = line.keys.map(\.member)
  }

  /// All keys, with those of every object.
  private var allMembers: [JSONMember] {
    [
      JSONMember(name: "schema", kind: .number, meaning: "always 1"),
      JSONMember(name: "type", kind: .text, meaning: "always `\(type)`"),
    ]
      + (endsCommand
        ? [
          JSONMember(
            name: "exit", kind: .number,
            meaning: "the exit code of the process; the manual lists them")
        ] : []) + members
  }
}

// MARK: - The document

extension JSONShape {
  /// The tables of the object and of the objects in it, as Markdown.
  package var tables: String {
    var text = Self.table(of: allMembers, title: nil)
    for (path, members) in Self.parts(of: members, below: "") {
      text += "\n" + Self.table(of: members, title: path)
    }
    return text
  }

  private static func table(of members: [JSONMember], title: String?) -> String {
    var text = title.map { "`\($0)`:\n\n" } ?? ""
    text += "| key | kind | meaning |\n|---|---|---|\n"
    for member in members {
      text += "| `\(member.name)` | \(member.kind.words) | \(member.meaning) |\n"
    }
    return text
  }

  /// The objects in an object, with their paths, such as `rounds[].damage`.
  private static func parts(
    of members: [JSONMember], below path: String
  ) -> [(path: String, members: [JSONMember])] {
    members.flatMap { member -> [(path: String, members: [JSONMember])] in
      guard let (own, suffix) = member.kind.part else { return [] }
      let place = path + member.name + suffix
      return [(place, own)] + parts(of: own, below: place + ".")
    }
  }

  /// The JSON Schema (draft 2020-12) of the object.
  package var schema: String {
    var properties = allMembers.map { ($0.name, $0.kind.schema(indent: 4)) }
    properties[0].1 = #"{"const": 1}"#
    properties[1].1 = #"{"const": "\#(type)"}"#
    return """
      {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "\(type)",
      \(JSONKind.objectBody(properties, type: #""object""#, indent: 2))
      }

      """
  }
}

extension JSONKind {
  /// The kind in words, for a table.
  fileprivate var words: String {
    switch self {
    case .text: "text"
    case .time: "time"
    case .number: "number"
    case .decimal: "decimal number"
    case .flag: "true or false"
    case .list(.object): "list of objects"
    case .list(let element): "list of \(element.words)"
    case .pair: "old and new"
    case .object: "object"
    case .byField(.pair): "object: old and new by field"
    case .byField: "object: a text by field"
    case .orNull(let kind): "\(kind.words), or null"
    }
  }

  /// The members of the objects that the value is or has, and what its path ends with; `nil` without objects.
  fileprivate var part: (members: [JSONMember], suffix: String)? {
    switch self {
    case .object(let members): (members, "")
    case .list(let element): element.part.map { ($0.members, "[]" + $0.suffix) }
    case .orNull(let kind): kind.part
    case .text, .time, .number, .decimal, .flag, .pair, .byField: nil
    }
  }

  /// The schema of the value; its inner lines are indented.
  fileprivate func schema(indent: Int, orNull: Bool = false) -> String {
    func type(_ name: String) -> String { orNull ? #"["\#(name)", "null"]"# : #""\#(name)""# }
    switch self {
    case .text, .time: return #"{"type": \#(type("string"))}"#
    case .number: return #"{"type": \#(type("integer"))}"#
    case .decimal: return #"{"type": \#(type("number"))}"#
    case .flag: return #"{"type": \#(type("boolean"))}"#
    case .list(let element):
      return #"{"type": \#(type("array")), "items": \#(element.schema(indent: indent))}"#
    case .pair(let element):
      return
        #"{"type": \#(type("array")), "items": \#(element.schema(indent: indent)), "minItems": 2, "maxItems": 2}"#
    case .byField(let value):
      return
        #"{"type": \#(type("object")), "additionalProperties": \#(value.schema(indent: indent))}"#
    case .object(let members):
      let properties = members.map { ($0.name, $0.kind.schema(indent: indent + 4)) }
      let body = Self.objectBody(properties, type: type("object"), indent: indent + 2)
      return "{\n\(body)\n" + String(repeating: " ", count: indent) + "}"
    case .orNull(let kind): return kind.schema(indent: indent, orNull: true)
    }
  }

  /// The lines of an object's schema: all properties are required, and there are no others.
  fileprivate static func objectBody(
    _ properties: [(name: String, schema: String)], type: String, indent: Int
  ) -> String {
    let space = String(repeating: " ", count: indent)
    let names = properties.map { #""\#($0.name)""# }.joined(separator: ", ")
    let lines = properties.map { #"\#(space)  "\#($0.name)": \#($0.schema)"# }
    return """
      \(space)"type": \(type),
      \(space)"additionalProperties": false,
      \(space)"required": [\(names)],
      \(space)"properties": {
      \(lines.joined(separator: ",\n"))
      \(space)}
      """
  }
}
