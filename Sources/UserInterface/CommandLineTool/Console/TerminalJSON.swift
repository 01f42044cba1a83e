// JSON for a program, and for a person who looks at it on a terminal.

import BulkFiles

extension String {
  /// JSON that means the same, with escapes for what a terminal obeys or hides, such as `\u202E`.
  ///
  /// Line feeds stay.
  /// Outside of strings JSON has nothing to escape but white space.
  var escapedAsJSON: String {
    func isHidden(_ scalar: Unicode.Scalar) -> Bool { scalar != "\n" && scalar.isHiddenOnTerminals }
    guard unicodeScalars.contains(where: isHidden) else { return self }
    var result = ""
    for scalar in unicodeScalars {
      if isHidden(scalar) {
        for unit in String(scalar).utf16 { result += "\\u" + unit.fourDigits }
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension UInt16 {
  fileprivate var fourDigits: String {
    let digits = String(self, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }
}

extension Console {
  /// Writes a line of JSON as a result; a terminal gets it escaped, a file or a pipe as it is.
  package func print(json: String) { write(json: json + "\n") }

  /// Writes a piece of JSON as a result, without a line end of its own; escaped as `print(json:)` does.
  package func write(json: String) {
    write(output.abilities.isTerminal ? json.escapedAsJSON : json)
  }
}
