import HTTPTransfers
import PortGroupModel

/// All targets by name: those of the user's file with the fences of the system's file, and those of the system's file.
struct TargetRegistry: Sendable {
  let user: TargetsFile
  let system: TargetsFile
  /// The user's targets in the order of the file, then the system's that the user's file does not have by name.
  let targets: [NamedTarget]
  /// The fences of each target, by its name.
  private let fences: [String: TargetFences]
  private let index: TargetIndex
  /// The sections of the system, also those whose name the user has for another server.
  private let systemIndex: TargetIndex

  /// Reads both files; the system's must belong to root.
  static func load(_ places: TargetsPlaces) throws(CommandFailure) -> TargetRegistry {
    let system = try TargetsFile.load(places.system, home: places.home, owner: .root)
    let user = try TargetsFile.load(places.user, home: places.home, owner: .user)
    do throws(TargetsFault) {
      return try TargetRegistry(user: user, system: system)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Joins the files.
  ///
  /// - Throws: `TargetsFault` if a section of the user has another trust or id than the system's.
  init(user: TargetsFile, system: TargetsFile) throws(TargetsFault) {
    self.user = user
    self.system = system
    var fences: [String: TargetFences] = [:]
    systemIndex = TargetIndex(system.targets)
    for target in user.targets {
      fences[target.name] = try Self.fences(of: target, under: systemIndex)
    }
    let names = Set(user.targets.map { $0.name.lowercased() })
    let others = system.targets.filter { !names.contains($0.name.lowercased()) }
    for target in others { fences[target.name] = TargetFences(target) }
    targets = user.targets + others
    self.fences = fences
    index = TargetIndex(targets)
    try TargetsFile.checkNames(targets)
  }

  private static func fences(
    of target: NamedTarget, under system: TargetIndex
  ) throws(TargetsFault) -> TargetFences {
    var fences = TargetFences(target)
    for section in system.sections(like: target) {
      if let id = section.id, let own = fences.id, own != id {
        throw .overridden(.id, of: target, section.place(of: .id))
      }
      if let trust = section.trust, let own = fences.trust, own != trust {
        throw .overridden(
          target.trustKey ?? .url, of: target,
          section.place(of: section.trustKey ?? .url))
      }
      fences.add(TargetFences(section))
    }
    return fences
  }

  var isEmpty: Bool { targets.isEmpty }

  /// The target of exactly this name.
  subscript(name: String) -> NamedTarget? {
    index.byName[name.lowercased()].flatMap { $0.name == name ? $0 : nil }
  }

  /// The target with this address.
  func target(at origin: Origin) -> NamedTarget? {
    let address = TargetAddress.server(origin).lockName
    return index.byAddress[address] ?? systemIndex.byAddress[address]
  }

  /// The target with this host, on any port.
  func target(onHost host: String) -> NamedTarget? {
    let host = host.lowercased()
    return index.byHost[host] ?? systemIndex.byHost[host]
  }

  /// The target whose section has this id.
  func target(withID id: ObjectID) -> NamedTarget? {
    // A section of the user may have the id from the system's section that applies to it.
    index.byID[id]
      ?? systemIndex.byID[id].map { section in
        targets.first { fences(of: $0).id == id } ?? section
      }
  }

  func fences(of target: NamedTarget) -> TargetFences {
    // A section of the system whose name the user has for another server has its own fences.
    guard self[target.name]?.place == target.place else { return TargetFences(target) }
    return fences[target.name] ?? TargetFences(target)
  }

  /// The system's sections that apply to a target of the user.
  func systemSections(for target: NamedTarget) -> [NamedTarget] {
    systemIndex.sections(like: target).filter { $0.place != target.place }
  }

  /// The target of a typed word.
  ///
  /// - Throws: A usage error with the nearest name, or the name of the target whose host was typed.
  func find(_ word: String) throws(CommandFailure) -> NamedTarget {
    if let target = self[word] { return target }
    let file = user.path
    if let target = target(onHost: word) {
      throw CommandFailure(
        .usage, "There is no target \(word); it is the host of target \(target.name)",
        hint: "write \(target.name), or the whole URL: \(target.nodes[0])")
    }
    let nearest = Spelling.nearest(to: word, among: targets.map(\.name))
    throw CommandFailure(
      .usage, "There is no target \(word) in \(file)",
      hint: nearest.map { "did you mean \($0)?" }
        ?? "add it with: cupibulk target add NAME URL; a server without a name is written as "
        + "https://HOST[:PORT]")
  }
}
