/// Why a text is not accepted as an INI file, and in which line.
package struct INIFault: Error, Sendable, Equatable {
  package enum Reason: Sendable, Equatable {
    case invalidUTF8
    /// A byte below 32 other than a tab, or 127; a NUL byte, or a carriage return without a line feed.
    case controlCharacter(UInt8)
    /// The line has more bytes than `INIDocument.longestLine`.
    case lineTooLong
    /// A heading without `]`.
    case sectionNotClosed
    case textAfterSection
    case sectionNameEmpty
    /// The name has more bytes than `INIDocument.longestSectionName`, after which inih cuts it.
    case sectionNameTooLong
    case sectionTwice(String, firstLine: Int)
    /// A line that is neither a heading, nor a comment, nor a key with a value.
    case noDelimiter
    case keyEmpty
    case keyTwice(String, firstLine: Int)
    case keyBeforeSections(String)
    /// inih failed without a reason, or read something else than this module.
    case unreadable
    /// A key or value that an INI file cannot contain in this form; only when a file is edited.
    case notWritable(String)
  }

  /// The line, from 1.
  package var line: Int
  package var reason: Reason

  package init(line: Int, _ reason: Reason) {
    self.line = line
    self.reason = reason
  }

  /// What is wrong, as a clause.
  package var message: String {
    switch reason {
    case .invalidUTF8: "the line is not valid UTF-8"
    case .controlCharacter(0): "the line contains a NUL byte"
    case .controlCharacter(0x0D): "a carriage return is not at the end of the line"
    case .controlCharacter(let byte): "the line contains the control character \(byte)"
    case .lineTooLong: "the line is longer than \(INIDocument.longestLine) bytes"
    case .sectionNotClosed: "the heading of the section has no ]"
    case .textAfterSection: "there is text after the heading of the section"
    case .sectionNameEmpty: "the section has no name"
    case .sectionNameTooLong:
      "the section's name is longer than \(INIDocument.longestSectionName) bytes"
    case .sectionTwice(let name, let line): "the section [\(name)] is already in line \(line)"
    case .noDelimiter: "the line is neither [section], nor key = value, nor a comment"
    case .keyEmpty: "there is no key before the ="
    case .keyTwice(let key, let line): "the key \(key) is already in line \(line) of this section"
    case .keyBeforeSections(let key): "the key \(key) is before the first [section]"
    case .unreadable: "the line cannot be read"
    case .notWritable(let text): "`\(text)` cannot be written into an INI file"
    }
  }

  /// What to do, as a clause.
  package var hint: String {
    switch reason {
    case .invalidUTF8: "save the file as UTF-8"
    case .controlCharacter: "remove it, or save the file as plain text"
    case .lineTooLong: "shorten it"
    case .sectionNotClosed: "write [NAME]"
    case .textAfterSection: "write it into a line of its own; a comment begins with # or ;"
    case .sectionNameEmpty, .sectionNameTooLong: "give it a short name"
    case .sectionTwice: "join the two, or rename one"
    case .noDelimiter, .keyEmpty: "write key = value, or # before a comment"
    case .keyTwice: "keep one of the two"
    case .keyBeforeSections: "write it below the heading of its section"
    case .unreadable: "write the file again by hand"
    case .notWritable: "use other characters"
    }
  }
}
