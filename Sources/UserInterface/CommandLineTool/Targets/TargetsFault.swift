import Bytes
import INIFiles
import PortGroupModel

/// What is wrong in a `targets.ini`: where, what, and what to do; exit code 2.
struct TargetsFault: Error, Equatable {
  var file: String
  /// The line, from 1.
  var line: Int
  /// What is wrong, as a clause without a full stop.
  var message: String
  var hint: String

  init(_ file: String, _ line: Int, _ message: String, hint: String) {
    self.file = file
    self.line = line
    self.message = message
    self.hint = hint
  }

  init(_ file: String, _ fault: INIFault) {
    self.init(file, fault.line, fault.message, hint: fault.hint)
  }

  static func badName(_ section: TargetPlace, _ name: String, _ complaint: String) -> TargetsFault {
    TargetsFault(
      section.file, section.line, "[\(name)] cannot be the name of a target: \(complaint)",
      hint: "rename the section")
  }

  static func unknownKey(_ place: TargetPlace, _ key: String, in name: String) -> TargetsFault {
    guard key.lowercased() != "password" else {
      return TargetsFault(
        place.file, place.line,
        "[\(name)] has a password, which does not belong in this file: it is copied, shown and backed up",
        hint:
          "remove the line, change that password, and write password-file = FILE with a file of mode 600"
      )
    }
    let keys = TargetKey.allCases.map(\.rawValue)
    return TargetsFault(
      place.file, place.line, "[\(name)] has the unknown key \(key)",
      hint: Spelling.nearest(to: key, among: keys).map { "did you mean \($0)?" }
        ?? "the keys are \(Wording.list(keys, joinedBy: "and"))")
  }

  static func badValue(
    _ place: TargetPlace, _ key: TargetKey, _ value: String, in name: String, _ complaint: String
  ) -> TargetsFault {
    TargetsFault(
      place.file, place.line, "\(key.rawValue) of [\(name)] is '\(value)'",
      hint: complaint)
  }

  static func noURL(_ place: TargetPlace, in name: String) -> TargetsFault {
    TargetsFault(
      place.file, place.line, "[\(name)] has no url", hint: "write url = https://HOST[:PORT]")
  }

  static func rivals(
    _ place: TargetPlace, _ key: TargetKey, _ other: TargetKey, line: Int, in name: String
  ) -> TargetsFault {
    TargetsFault(
      place.file, place.line,
      "[\(name)] has both \(other.rawValue) (line \(line)) and \(key.rawValue)",
      hint: "keep one of the two")
  }

  static func nameIsHost(_ target: NamedTarget, of other: NamedTarget) -> TargetsFault {
    TargetsFault(
      target.place.file, target.place.line,
      "the name [\(target.name)] is the host of target \(other.name) (\(other.place))",
      hint: "rename one of the two, so that a name cannot be mistaken for a host")
  }

  static func sameHost(
    _ target: NamedTarget, _ other: NamedTarget, _ address: String
  ) -> TargetsFault {
    TargetsFault(
      target.place.file, target.line(of: .url),
      "\(address) is the address of both [\(other.name)] (line \(other.line(of: .url))) and [\(target.name)]",
      hint: "keep one of the two sections")
  }

  static func sameID(_ target: NamedTarget, _ other: NamedTarget, _ id: ObjectID) -> TargetsFault {
    TargetsFault(
      target.place.file, target.line(of: .id),
      "\(id) is the id of both [\(other.name)] (line \(other.line(of: .id))) and [\(target.name)]",
      hint: "keep one of the two sections: one id is one server")
  }

  /// The user's value of a key differs from that of the system's file.
  static func overridden(
    _ key: TargetKey, of target: NamedTarget, _ place: TargetPlace
  ) -> TargetsFault {
    TargetsFault(
      target.place.file, target.line(of: key),
      "[\(target.name)] has another \(key.rawValue) than \(place), which it cannot change",
      hint: "remove the line: the value of \(place.file) holds")
  }
}

extension CommandFailure {
  /// The failure for a file of targets that cannot be used: no fence is known then.
  init(_ fault: TargetsFault) {
    self.init(.usage, "\(fault.file):\(fault.line): \(fault.message)", hint: fault.hint)
  }
}

/// A line of a `targets.ini`.
struct TargetPlace: Sendable, Hashable, CustomStringConvertible {
  var file: String
  /// From 1.
  var line: Int

  var description: String { "\(file):\(line)" }
}
