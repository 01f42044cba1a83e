// Prints JSON for programs, and escapes it on a terminal.

import BulkFiles

extension String {
  /// The same JSON with escapes for characters that a terminal would interpret or hide, such as `\u202E`.
  ///
  /// Line feeds are kept. Outside of strings JSON has nothing to escape but white space.
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
  /// Prints a line of JSON as a result; escaped on a terminal, unchanged in a file or pipe.
  package func print(json: String) { write(json: json + "\n") }

  /// Prints a part of JSON as a result, without a line end; escaped as by `print(json:)`.
  package func write(json: String) {
    write(output.abilities.isTerminal ? json.escapedAsJSON : json)
  }
}
