// Changes of an INI file that keep everything else byte by byte; the result is parsed again and compared.

import Bytes

extension INIDocument {
  /// The file with a new section at its end, after an empty line.
  ///
  /// - Throws: `INIFault` if the section exists, or a name, key or value cannot be written.
  package func addingSection(
    _ name: String, _ entries: [(key: String, value: String)]
  ) throws(INIFault) -> INIDocument {
    var lines = lines
    if let last = lines.indices.last {
      if lines[last].last != UInt8(ascii: "\n") { lines[last] += lineEnd }
      if !INILine.content(lines[last]).allSatisfy(\.isWhiteSpace) { lines.append(lineEnd) }
    }
    lines.append(Array("[\(name)]".utf8) + lineEnd)
    for (key, value) in entries { lines.append(line(key, value)) }
    let result = try INIDocument(parsing: Array(lines.joined()))
    let added = result.sections.last
    guard added?.name == name, result.sections.count == sections.count + 1,
      result.isEqual(to: self, exceptIn: name)
    else { throw INIFault(line: result.lines.count, .notWritable(name)) }
    for (key, value) in entries where added?[key]?.value != value {
      throw INIFault(line: result.lines.count, .notWritable("\(key) = \(value)"))
    }
    return result
  }

  /// The file with another value of a key of a section, or with a new key after the section's last one.
  ///
  /// - Throws: `INIFault` if the section does not exist, or the key or value cannot be written.
  package func setting(
    _ key: String, to value: String, in name: String
  ) throws(INIFault) -> INIDocument {
    guard let section = self[name] else { throw INIFault(line: 1, .notWritable(name)) }
    var lines = lines
    if let entry = section[key] {
      lines[entry.line - 1] = replacingValue(of: lines[entry.line - 1], by: value)
    } else {
      let last = (section.entries.last?.line ?? section.line) - 1
      if lines[last].last != UInt8(ascii: "\n") { lines[last] += lineEnd }
      lines.insert(line(key, value), at: last + 1)
    }
    let result = try INIDocument(parsing: Array(lines.joined()))
    guard result[name]?[key]?.value == value, result.isEqual(to: self, exceptIn: name),
      result.isSection(name, equalTo: self, exceptFor: key)
    else { throw INIFault(line: section.line, .notWritable("\(key) = \(value)")) }
    return result
  }

  /// The file without a key of a section; unchanged if there is no such key.
  package func removing(_ key: String, in name: String) throws(INIFault) -> INIDocument {
    guard let entry = self[name]?[key] else { return self }
    var lines = lines
    lines.remove(at: entry.line - 1)
    let result = try INIDocument(parsing: Array(lines.joined()))
    guard result[name]?[key] == nil, result.isEqual(to: self, exceptIn: name),
      result.isSection(name, equalTo: self, exceptFor: key)
    else { throw INIFault(line: entry.line, .notWritable(key)) }
    return result
  }

  /// The file without a section; unchanged if there is no such section.
  ///
  /// Comments directly above the heading of the next section belong to that section, and stay.
  package func removingSection(_ name: String) throws(INIFault) -> INIDocument {
    guard let index = sections.firstIndex(where: { $0.name == name }) else { return self }
    let start = sections[index].line - 1
    var end = lines.count
    if index + 1 < sections.count {
      end = sections[index + 1].line - 1
      while end > start + 1, isComment(end - 1) { end -= 1 }
    }
    var lines = lines
    lines.removeSubrange(start..<end)
    let result = try INIDocument(parsing: Array(lines.joined()))
    guard result[name] == nil, result.isEqual(to: self, exceptIn: name) else {
      throw INIFault(line: start + 1, .notWritable(name))
    }
    return result
  }

  /// The line end of the first line.
  private var lineEnd: [UInt8] {
    let isWindows = lines.first?.suffix(2).elementsEqual("\r\n".utf8) ?? false
    return Array((isWindows ? "\r\n" : "\n").utf8)
  }

  private func line(_ key: String, _ value: String) -> [UInt8] {
    Array("\(key) = \(value)".utf8) + lineEnd
  }

  /// The line with its key, delimiter, blanks and line end, and with another value.
  private func replacingValue(of line: [UInt8], by value: String) -> [UInt8] {
    let content = INILine.content(line)
    let delimiters = [UInt8(ascii: "="), UInt8(ascii: ":")]
    guard let delimiter = content.firstIndex(where: delimiters.contains) else { return line }
    let rest = content[(delimiter + 1)...]
    let blanks = rest.prefix(while: \.isWhiteSpace)
    let kept = blanks.count == rest.count ? [UInt8(ascii: " ")] : Array(blanks)
    return Array(content[...delimiter]) + kept + Array(value.utf8) + line[content.endIndex...]
  }

  private func isComment(_ index: Int) -> Bool {
    INILine.isCommentOrBlank(lines[index], number: index + 1)
      && !INILine.start(lines[index], number: index + 1).isEmpty
  }

  /// True if all sections other than this one have the same entries in the same order.
  private func isEqual(to other: INIDocument, exceptIn name: String) -> Bool {
    func facts(_ document: INIDocument) -> [[String]] {
      document.sections.filter { $0.name != name }.map { section in
        [section.name] + section.entries.flatMap { [$0.key, $0.value] }
      }
    }
    return facts(self) == facts(other)
  }

  private func isSection(
    _ name: String, equalTo other: INIDocument, exceptFor key: String
  ) -> Bool {
    func facts(_ document: INIDocument) -> [String] {
      (document[name]?.entries ?? []).filter { $0.key != key }.flatMap { [$0.key, $0.value] }
    }
    return facts(self) == facts(other)
  }
}
