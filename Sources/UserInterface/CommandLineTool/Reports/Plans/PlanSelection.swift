import PortGroupFiles
import PortGroupModel

/// What a plan can do with a row, as `--action` names it.
package enum PlanAction: String, Sendable, CaseIterable {
  case create
  case update
  case delete
  case refuse
}

/// The part of a plan that is shown.
struct PlanSelection: Equatable {
  /// `nil` for all.
  var actions: Set<PlanAction>?
  /// `nil` for all.
  var groups: Set<ObjectID>?

  /// True if something may be left out.
  var isPart: Bool { actions != nil || groups != nil }

  /// True if changes of this kind are shown.
  func includes(_ verb: Change.Verb) -> Bool {
    actions?.contains(PlanAction(verb)) ?? true
  }

  /// The entry as it is shown; `nil` if it is not.
  ///
  /// The servers that no row names belong to no action: they are shown only with all of them.
  func shown(_ entry: PlanEntry) -> PlanEntry? {
    switch entry {
    case .group(var group):
      if groups?.contains(group.group.objectID) == false { return nil }
      if actions != nil { group.extra = [] }
      return .group(group)
    case .step(let step):
      if groups?.contains(step.group) == false { return nil }
      return includes(step.change.verb) ? entry : nil
    case .refusal(let refusal):
      if groups?.contains(refusal.group) == false { return nil }
      return actions?.contains(.refuse) ?? true ? entry : nil
    }
  }

  /// A port group that the user named and the plan does not have.
  struct UnknownGroup: Error, Equatable {
    let name: String
    let nearest: String?
  }

  /// The ids of the port groups with these names or ids; several groups may have one name.
  static func ids(
    of texts: [String], in groups: [PortGroup]
  ) throws(UnknownGroup) -> Set<ObjectID> {
    let index = GroupIndex(groups)
    var found: Set<ObjectID> = []
    for text in texts {
      let id = ObjectID(text)
      let meant = index.groups(named: text) + groups.filter { $0.objectID == id }
      guard !meant.isEmpty else {
        let names = groups.map(\.displayName).sorted()
        throw UnknownGroup(name: text, nearest: Spelling.nearest(to: text, among: names))
      }
      found.formUnion(meant.map(\.objectID))
    }
    return found
  }
}

extension PlanAction {
  fileprivate init(_ verb: Change.Verb) {
    switch verb {
    case .create: self = .create
    case .update: self = .update
    case .delete: self = .delete
    }
  }
}
