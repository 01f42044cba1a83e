// Restores of a configuration in memory, for tests of the engine.

import CommandLineTool
import PortGroupModel
import RowLedger
import SandboxServer
import TestSupport
import Testing
import UnityConnection

@testable import BatchEngine

/// A snapshot in memory; as one in a repository, it has every group that was read to the end.
struct MemorySnapshot: StoredConfiguration {
  static let server = "5a5a5a5a-0000-4000-8000-000000000001"

  var name = "backups@latest"
  var origin = ConfigurationOrigin(url: "https://lab", identity: server)
  var content: [ConfigurationPair.Group]

  func groups() -> [ConfigurationGroup] { content.map { ConfigurationGroup($0.group) } }

  func servers(of group: ConfigurationGroup) -> [FieldValues] {
    content.first { $0.id == group.objectID }?.servers ?? []
  }
}

extension RestoreTerms {
  /// Also deletes what the source lacks.
  static func exact(_ change: (inout RestoreTerms) -> Void = { _ in }) -> RestoreTerms {
    var terms = RestoreTerms()
    terms.isExact = true
    change(&terms)
    return terms
  }
}

extension EngineRig {
  /// A rig whose sandbox has this configuration, and whose target has the id of `MemorySnapshot`.
  static func holding(
    _ groups: [ConfigurationPair.Group], habits: SandboxHabits = SandboxHabits()
  ) throws -> (rig: EngineRig, server: FaultyServer) {
    var server: FaultyServer?
    var rig = try EngineRig(groups: groups.map(\.group), habits: habits) { sandbox in
      let made = FaultyServer(sandbox)
      server = made
      return made
    }
    for group in groups { for server in group.listed { try rig.sandbox.add(server: server) } }
    rig.target = RunTarget(url: "https://lab", identity: MemorySnapshot.server)
    rig.options.maxDelete = .percent(100)
    rig.options.allowLast = true
    return (rig, try #require(server))
  }

  /// Restores a source, and checks that the books balance.
  func restore(
    _ source: RestoreSource, _ terms: RestoreTerms = .exact(), only groups: [String] = []
  ) async -> RunResult {
    let restorer = Restorer(
      source: source, terms: terms, selection: RowSelection(groups: groups), options: options,
      setting: setting())
    return await restorer.run(on: client)
  }

  func restore(
    _ groups: [ConfigurationPair.Group], _ terms: RestoreTerms = .exact()
  ) async -> RunResult {
    await restore(.stored(MemorySnapshot(content: groups)), terms)
  }

  /// The servers of a group as they are now, read around the server that misbehaves.
  func content(of group: PortGroup) async throws -> [FieldValues] {
    try await again().client.servers(of: group.objectID).servers.map(\.fields.whole)
  }

  /// What makes a wanted configuration into that of the sandbox, by group; empty if they are equal.
  func differences(
    from wanted: [ConfigurationPair.Group], groups: [ConfigurationPair.Group]
  ) async throws -> [String: [GroupComparison.Difference]] {
    var found: [String: [GroupComparison.Difference]] = [:]
    for (want, group) in zip(wanted, groups) {
      let now = try await content(of: group.group)
      let comparison = GroupComparison(old: want.servers, new: now)
      if !comparison.differences.isEmpty { found[group.name] = comparison.differences }
    }
    return found
  }
}

extension [FieldValues] {
  /// Each server as a text of everything but ids and URIs, sorted; independent of how the model compares.
  var texts: [String] {
    let identities: Set<Field> = [.objectID, .groupObjectID, .uri, .groupURI]
    return map { server in
      Field.allCases.filter { !identities.contains($0) }.map { field in
        let text = server[field].text ?? (field == .host ? "127.0.0.1" : "")
        return "\(field.name)=\(text.lowercased())"
      }.joined(separator: " ")
    }.sorted()
  }
}
