/// The sections of an INI file, with the line of each entry, and the text as it is.
///
/// inih reads the entries (`ini_parse_stream`); what it would cut off, join or skip without a message is refused
/// before. A value goes to the end of its line: it has no comment, and may contain `;` and `#`.
package struct INIDocument: Sendable, Equatable {
  /// The maximum number of bytes in a line, without its line end.
  package static let longestLine = 4000
  /// The maximum number of bytes in the name of a section (`MAX_SECTION` of inih, with its NUL byte).
  package static let longestSectionName = 49

  /// In the order of the file.
  package let sections: [INISection]
  /// The lines with their line ends.
  let lines: [[UInt8]]

  /// An empty file.
  package init() {
    sections = []
    lines = []
  }

  /// Parses a whole file.
  ///
  /// - Throws: `INIFault`: the first fault.
  package init(parsing bytes: [UInt8]) throws(INIFault) {
    lines = try INILine.split(bytes)
    var sections: [INISection] = []
    var linesOfSections: [String: Int] = [:]
    for (index, line) in lines.enumerated() {
      guard let name = try INILine.sectionName(line, number: index + 1) else { continue }
      if let first = linesOfSections[name] {
        throw INIFault(line: index + 1, .sectionTwice(name, firstLine: first))
      }
      linesOfSections[name] = index + 1
      sections.append(INISection(name: name, line: index + 1))
    }
    var current = -1
    for (section, entry) in try INIFeed.entries(of: lines) {
      while current + 1 < sections.count, sections[current + 1].line < entry.line { current += 1 }
      guard !entry.key.isEmpty else { throw INIFault(line: entry.line, .keyEmpty) }
      guard current >= 0 else { throw INIFault(line: entry.line, .keyBeforeSections(entry.key)) }
      guard sections[current].name == section else {
        throw INIFault(line: entry.line, .unreadable)
      }
      if let first = sections[current][entry.key] {
        throw INIFault(line: entry.line, .keyTwice(entry.key, firstLine: first.line))
      }
      sections[current].add(entry)
    }
    self.sections = sections
  }

  /// The section of exactly this name.
  package subscript(name: String) -> INISection? { sections.first { $0.name == name } }

  /// The whole file.
  package var bytes: [UInt8] { Array(lines.joined()) }
}

/// A section of an INI file.
package struct INISection: Sendable, Equatable {
  package let name: String
  /// The line of its heading, from 1.
  package let line: Int
  /// In the order of the file.
  package private(set) var entries: [INIEntry] = []
  private var places: [String: Int] = [:]

  init(name: String, line: Int) {
    self.name = name
    self.line = line
  }

  /// The entry of exactly this key.
  package subscript(key: String) -> INIEntry? { places[key].map { entries[$0] } }

  mutating func add(_ entry: INIEntry) {
    places[entry.key] = entries.count
    entries.append(entry)
  }
}

/// A key and its value; both are without white space at their ends.
package struct INIEntry: Sendable, Equatable {
  package let key: String
  /// May be empty.
  package let value: String
  /// The line, from 1.
  package let line: Int

  package init(key: String, value: String, line: Int) {
    self.key = key
    self.value = value
    self.line = line
  }
}
