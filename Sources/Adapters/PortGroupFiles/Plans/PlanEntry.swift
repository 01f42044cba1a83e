package import PortGroupModel

/// A line of a plan file between its first and its last one; see docs/manual.md, "What a plan is".
package enum PlanEntry: Sendable, Equatable {
  /// A group, whose steps and refusals follow.
  case group(PlanGroup)
  case step(PlanStep)
  case refusal(PlanRefusal)
}

/// A port group in a plan.
package struct PlanGroup: Sendable, Equatable {
  package var group: PortGroup
  /// The SHA-256 digest of the group's servers as they were listed; see ``PlanGroup/digest(of:)``.
  package var listed: String
  /// The servers that no row names.
  package var extra: [FieldValues]

  package init(group: PortGroup, listed: String, extra: [FieldValues] = []) {
    self.group = group
    self.listed = listed
    self.extra = extra
  }
}

/// One change of a plan, in the order in which it is sent.
package struct PlanStep: Sendable, Equatable {
  /// From 1, over all groups.
  package var number: Int
  package var group: ObjectID
  /// Its `before` has the compared fields of the server, as ``FieldValues/whole`` gives them.
  package var change: Change
  /// How many servers the plan has seen that have the key which the step gives its server, and are in no other step.
  package var beside: Int
  /// The row that asked for it, such as `move.csv:2`.
  package var from: String

  package init(number: Int, group: ObjectID, change: Change, beside: Int = 0, from: String) {
    self.number = number
    self.group = group
    self.change = change
    self.beside = beside
    self.from = from
  }

  /// The number of the server's service; `nil` if the server does not tell it.
  package var service: Int? {
    let fields = change.before ?? change.set
    return fields[.service].text.flatMap { Int($0) }
  }
}

/// A row for which nothing will be sent, because it cannot be done.
package struct PlanRefusal: Sendable, Equatable {
  package var code: FailureCode
  package var group: ObjectID
  /// The row, such as `move.csv:7`.
  package var from: String

  package init(code: FailureCode, group: ObjectID, from: String) {
    self.code = code
    self.group = group
    self.from = from
  }
}

/// The number of rows of each kind in a plan.
package struct PlanCounts: Sendable, Equatable {
  package var creates = 0
  package var updates = 0
  package var deletes = 0
  /// Rows for which nothing is sent, because the server is already as they say; they have no line.
  package var unchanged = 0
  package var refused = 0
  /// Groups with at least one step, which will perhaps need a reset.
  package var changedGroups = 0

  package init() {}

  package var steps: Int { creates + updates + deletes }

  /// Counts a step.
  package mutating func add(_ verb: Change.Verb) {
    switch verb {
    case .create: creates += 1
    case .update: updates += 1
    case .delete: deletes += 1
    }
  }
}
