// INI files: what is read, and edits that keep everything else.

@testable import INIFiles

/// Uses the bytes as a file; in a file that is accepted, each edit changes what it is to change and nothing else.
func checkINI(_ bytes: [UInt8]) {
  let document: INIDocument
  do throws(INIFault) {
    document = try INIDocument(parsing: bytes)
  } catch {
    require(error.line >= 1, "a fault has its line")
    require(!error.message.isEmpty && !error.hint.isEmpty, "a fault has its words")
    return
  }
  require(document.bytes == bytes, "a file that is only read is unchanged")
  checkLines(document)
  for section in document.sections { checkEdits(document, section) }
  let added = try? document.addingSection("cupibulk-fuzz", [("key", "a = b ; c")])
  if document["cupibulk-fuzz"] == nil {
    require(added?["cupibulk-fuzz"]?["key"]?.value == "a = b ; c", "a section can be added")
    require(added?.bytes.starts(with: bytes) ?? false, "the file before it is unchanged")
  }
}

private func checkLines(_ document: INIDocument) {
  var last = 0
  for section in document.sections {
    require(section.line > last, "sections are in the order of their lines")
    last = section.line
    for entry in section.entries {
      require(entry.line > last, "entries are in the order of their lines")
      last = entry.line
      let line = String(decoding: document.lines[entry.line - 1], as: UTF8.self)
      require(line.utf8.count >= entry.key.utf8.count + entry.value.utf8.count, "nothing is made up")
    }
  }
}

private func checkEdits(_ document: INIDocument, _ section: INISection) {
  let name = section.name
  if let removed = try? document.removingSection(name) {
    require(removed[name] == nil, "a section can be removed")
    require(removed.sections.count == document.sections.count - 1, "no other one is removed")
  }
  for entry in section.entries {
    let changed = try? document.setting(entry.key, to: "x", in: name)
    require(changed?[name]?[entry.key]?.value == "x", "a value can be replaced")
    let back = try? changed?.setting(entry.key, to: entry.value, in: name)
    require(entry.value.isEmpty || back?[name] == section, "the old value can be restored")
    let removed = try? document.removing(entry.key, in: name)
    require(removed?[name]?.entries.count == section.entries.count - 1, "a key can be removed")
  }
}
