// Quotes texts for unit files of systemd.

extension String {
  /// The text as a word of a list of paths, or of a command's arguments without variables (systemd.syntax(7)).
  ///
  /// Specifiers (`%`) stand for themselves; the text has no control characters.
  var unitWord: String {
    let isPlain =
      !isEmpty
      && utf8.allSatisfy { byte in
        NamedTarget.isNameByte(byte) || "/:=+,@%".utf8.contains(byte) || byte >= 0x80
      }
    let text = unitText
    guard !isPlain else { return text }
    return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// The text as an argument of `ExecStart=`, in which `$` stands for itself too (systemd.service(5)).
  ///
  /// The path of the program itself is not one: systemd does not look for variables there.
  var unitArgument: String { replacing("$", with: "$$").unitWord }

  /// The text as a whole value without quotes: only specifiers are escaped.
  var unitText: String { replacing("%", with: "%%") }
}
