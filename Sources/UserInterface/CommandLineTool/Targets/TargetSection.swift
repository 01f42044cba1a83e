// Reads a section of targets.ini as a target.

import Bytes
import HTTPTransfers
import INIFiles
import PortGroupModel
import UnityConnection

/// A section, and what its values depend on.
struct TargetSection {
  let section: INISection
  let file: String
  /// The user's home folder, for paths that begin with `~/`.
  let home: String

  /// Checks the section and its values; nothing that they name is opened.
  func read() throws(TargetsFault) -> NamedTarget {
    var target = NamedTarget(section.name, at: TargetPlace(file: file, line: section.line))
    if let complaint = NamedTarget.complaint(ofName: target.name) {
      throw .badName(target.place, target.name, complaint)
    }
    for entry in section.entries {
      guard let key = TargetKey(rawValue: entry.key) else {
        throw .unknownKey(place(entry), entry.key, in: target.name)
      }
      target.lines[key] = (entry.value, entry.line)
      try read(entry, as: key, into: &target)
    }
    guard !target.nodes.isEmpty else { throw .noURL(target.place, in: target.name) }
    for rivals in [TargetKey.passwordSources, TargetKey.trusting] {
      let given = rivals.filter { target.lines[$0] != nil }
        .sorted { target.line(of: $0) < target.line(of: $1) }
      guard given.count > 1 else { continue }
      throw .rivals(
        target.place(of: given[1]), given[1], given[0], line: target.line(of: given[0]),
        in: target.name)
    }
    return target
  }

  private func place(_ entry: INIEntry) -> TargetPlace {
    TargetPlace(file: file, line: entry.line)
  }

  private func read(
    _ entry: INIEntry, as key: TargetKey, into target: inout NamedTarget
  ) throws(TargetsFault) {
    let value = entry.value
    func bad(_ complaint: String) -> TargetsFault {
      .badValue(place(entry), key, value, in: section.name, complaint)
    }
    guard !value.isEmpty else { throw bad("give it a value, or remove the line") }
    switch key {
    case .url: target.nodes = try nodes(entry)
    case .username: target.username = value
    case .passwordFile: target.passwordSource = .file(path(value))
    case .passwordCommand: target.passwordSource = .command(value)
    case .netrcFile: target.passwordSource = .netrc(path(value))
    case .credential:
      guard value.utf8.allSatisfy(NamedTarget.isNameByte), value.utf8.first != UInt8(ascii: ".")
      else { throw bad("write the name of a systemd credential, without its folder") }
      target.passwordSource = .credential(value)
    case .tlsPin:
      guard TLSPin.isValid(value) else { throw bad(TLSPin.complaint) }
      target.trust = .pinned(value)
    case .caCert: target.trust = .authorities(file: path(value))
    case .id:
      guard let id = ObjectID(value) else {
        throw bad("write the server's id, such as 42ef5946-c5f2-4556-9897-6a4b6e116dfa")
      }
      target.id = id
    case .slots: target.slots = try number(value, .slots, bad)
    case .rate: target.rate = try number(value, .rate, bad)
    case .tags:
      target.tags = value.unicodeScalars.split(separator: ",").map { String($0).trimmed }
      guard target.tags.allSatisfy({ NamedTarget.complaint(ofName: $0) == nil }) else {
        throw bad("write words of letters, digits, '.', '_' and '-', separated by commas")
      }
    case .protected:
      guard ["yes", "no"].contains(value.lowercased()) else { throw bad("write yes or no") }
      target.isProtected = value.lowercased() == "yes"
    case .repository: target.repository = path(value)
    }
  }

  /// One URL, or two separated by a comma.
  private func nodes(_ entry: INIEntry) throws(TargetsFault) -> [Origin] {
    func bad(_ complaint: String) -> TargetsFault {
      .badValue(place(entry), .url, Self.hidden(entry.value), in: section.name, complaint)
    }
    do throws(CommandFailure) {
      return try TargetURLs.parse(entry.value)
    } catch {
      throw bad(error.message)
    }
  }

  /// A URL may have a password in it, which no error shows.
  private static func hidden(_ value: String) -> String {
    value.utf8.contains(UInt8(ascii: "@")) ? "…" : value
  }

  private func number(
    _ value: String, _ option: Option, _ bad: (String) -> TargetsFault
  ) throws(TargetsFault) -> Int {
    if let complaint = option.complaint(about: value) { throw bad(complaint) }
    return Int(value) ?? 1
  }

  /// An absolute path: `~/` is the home folder, and other relative paths begin at the file's folder.
  private func path(_ value: String) -> String {
    if value.utf8.first == UInt8(ascii: "/") { return value }
    if let rest = value.dropping(prefix: "~/") { return home + "/" + String(rest) }
    let folder = file.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(file[..<$0]) } ?? "."
    return folder + "/" + value
  }
}

/// The URLs of a target: one, or the two nodes of a cluster separated by a comma.
enum TargetURLs {
  static func parse(_ text: String) throws(CommandFailure) -> [Origin] {
    let parts = text.unicodeScalars.split(separator: ",", omittingEmptySubsequences: false)
      .map { String($0).trimmed }
    guard parts.count <= 2 else {
      throw CommandFailure(.usage, "a cluster has two nodes, so that a target has at most two URLs")
    }
    var nodes: [Origin] = []
    for part in parts {
      do throws(OriginError) {
        nodes.append(try Origin(parsing: part))
      } catch {
        throw CommandFailure(.usage, error.fullText)
      }
    }
    if nodes.count == 2,
      TargetAddress.server(nodes[0]).lockName == TargetAddress.server(nodes[1]).lockName
    {
      throw CommandFailure(.usage, "both URLs are the same address")
    }
    return nodes
  }
}
