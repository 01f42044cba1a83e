import Foundation

/// One JSON object on one line, with its keys in the order in which they were added.
struct JSONLine {
  private var members: [String] = []

  /// Adds a text; left out where it is `nil`.
  mutating func add(_ key: String, _ text: String?) {
    if let text { members.append("\(Self.quoted(key)):\(Self.quoted(text))") }
  }

  mutating func add(_ key: String, _ number: Int?) {
    if let number { members.append("\(Self.quoted(key)):\(number)") }
  }

  mutating func add(_ key: String, _ flag: Bool) {
    members.append("\(Self.quoted(key)):\(flag)")
  }

  mutating func add(_ key: String, _ object: JSONLine) {
    members.append("\(Self.quoted(key)):\(object.text)")
  }

  mutating func add(_ key: String, _ texts: [String]) {
    let list = texts.map(Self.quoted).joined(separator: ",")
    members.append("\(Self.quoted(key)):[\(list)]")
  }

  var text: String { "{" + members.joined(separator: ",") + "}" }

  /// A JSON string (RFC 8259 §7).
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\u{0}"..<"\u{20}", "\u{7F}": quoted += String(format: "\\u%04x", scalar.value)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
