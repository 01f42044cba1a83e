import FoundationEssentials
import HTTPTransfers
import INIFiles
import PortGroupModel

/// A `targets.ini`: its text, and its sections as targets.
struct TargetsFile: Sendable {
  let path: String
  let document: INIDocument
  let targets: [NamedTarget]

  /// The maximum size in bytes.
  static let limit = 1 << 20

  /// Reads the file; one that does not exist has no targets.
  static func load(
    _ path: String, home: String, owner: GuardedFile.Owner
  ) throws(CommandFailure) -> TargetsFile {
    let bytes: [UInt8]?
    do throws(GuardedFile.Fault) {
      bytes = try GuardedFile.read(path, owner: owner, limit: limit)
    } catch {
      throw CommandFailure(error)
    }
    do throws(TargetsFault) {
      return try TargetsFile(path, bytes ?? [], home: home)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Parses the text of a file, and checks its sections, also against each other.
  init(_ path: String, _ bytes: [UInt8], home: String) throws(TargetsFault) {
    self.path = path
    do throws(INIFault) {
      document = try INIDocument(parsing: bytes)
    } catch {
      throw TargetsFault(path, error)
    }
    var targets: [NamedTarget] = []
    for section in document.sections {
      targets.append(try TargetSection(section: section, file: path, home: home).read())
    }
    try Self.compare(targets)
    self.targets = targets
  }

  private static func compare(_ targets: [NamedTarget]) throws(TargetsFault) {
    var names: [String: NamedTarget] = [:]
    var addresses: [String: NamedTarget] = [:]
    var ids: [ObjectID: NamedTarget] = [:]
    for target in targets {
      if let other = names.updateValue(target, forKey: target.name.lowercased()) {
        throw .badName(
          target.place, target.name,
          "[\(other.name)] (line \(other.place.line)) differs only in upper and lower case")
      }
      for (node, address) in zip(target.nodes, target.addresses) {
        guard let other = addresses.updateValue(target, forKey: address) else { continue }
        throw .sameHost(target, other, node.description)
      }
    }
    try checkNames(targets)
    for target in targets {
      guard let id = target.id, let other = ids.updateValue(target, forKey: id) else { continue }
      throw .sameID(target, other, id)
    }
  }

  /// Refuses a name that is a host of another target.
  static func checkNames(_ targets: [NamedTarget]) throws(TargetsFault) {
    var names: [String: NamedTarget] = [:]
    for target in targets { names[target.name.lowercased()] = target }
    for other in targets {
      for node in other.nodes {
        guard let target = names[node.host], target.name != other.name else { continue }
        throw .nameIsHost(target, of: other)
      }
    }
  }

  /// The target of exactly this name.
  subscript(name: String) -> NamedTarget? { targets.first { $0.name == name } }
}

/// Where the files of targets are.
struct TargetsPlaces: Sendable {
  /// The user's own file.
  let user: String
  /// The machine's file, whose fences the user's cannot lower.
  let system: String
  /// The user's home folder.
  let home: String

  /// No variable names this file, because its fences hold for everybody.
  static let systemFile = "/etc/cupibulk/targets.ini"

  /// By the XDG Base Directory Specification, where a relative path counts as not set.
  init(environment: [String: String], system: String = systemFile) {
    func folder(_ name: String) -> String? {
      environment[name].flatMap { $0.utf8.first == UInt8(ascii: "/") ? $0 : nil }
    }
    home = folder("HOME") ?? FileManager.default.homeDirectoryForCurrentUser.path
    user = (folder("XDG_CONFIG_HOME") ?? home + "/.config") + "/cupibulk/targets.ini"
    self.system = system
  }
}
