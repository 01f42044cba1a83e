/// The first line of a plan file: what the plan is for, and who made it; never a secret.
package struct PlanHead: Sendable, Equatable {
  /// The server that the plan is for.
  package struct Target: Sendable, Equatable {
    /// The server's own id; `nil` for a server that reports none.
    package var id: String?
    /// Its name in `targets.ini`.
    package var name: String?
    package var url: String
    package var version: String?
    /// The fingerprint of its public key, if it was pinned.
    package var pin: String?

    package init(
      id: String? = nil, name: String? = nil, url: String, version: String? = nil,
      pin: String? = nil
    ) {
      self.id = id
      self.name = name
      self.url = url
      self.version = version
      self.pin = pin
    }
  }

  /// A file, or a run, from which the rows came.
  package struct Input: Sendable, Equatable {
    package var file: String
    /// In hexadecimal digits; `nil` for a run of the ledger.
    package var sha256: String?
    /// The number of its rows.
    package var rows: Int

    package init(file: String, sha256: String?, rows: Int) {
      self.file = file
      self.sha256 = sha256
      self.rows = rows
    }
  }

  /// The part of the inputs that the plan is for: whoever approves it must not take it for the whole.
  package struct Part: Sendable, Equatable {
    /// The only port groups, by name or id, as they were given; empty for all.
    package var groups: [String]
    /// The numbers of the only services; empty for all.
    package var services: [Int]
    /// The maximum number of rows; `nil` for any number.
    package var limit: Int?
    /// The number of rows that are left out because they are invalid.
    package var invalid: Int

    package init(
      groups: [String] = [], services: [Int] = [], limit: Int? = nil, invalid: Int = 0
    ) {
      self.groups = groups
      self.services = services
      self.limit = limit
      self.invalid = invalid
    }
  }

  /// The commands that make plans.
  package static let kinds: Set = ["import", "restore", "undo"]

  /// The version of the format.
  package static let format = 1

  package var fingerprint: PlanFingerprint
  package var target: Target
  /// The command that made it: `import`, `restore` or `undo`.
  package var kind: String
  package var inputs: [Input]
  /// `nil` if the plan is for all rows of the inputs.
  package var part: Part?
  /// Times are UTC, in the form of ISO 8601, with seconds.
  package var made: String
  package var by: String
  package var ticket: String?
  /// After this time the plan is not applied any more.
  package var notAfter: String
  /// The version of the program.
  package var tool: String
  /// The SHA-256 digest of the `from` members of all lines, each followed by a line feed.
  package var from: String

  package init(
    fingerprint: PlanFingerprint, target: Target, kind: String, inputs: [Input],
    part: Part? = nil, made: String, by: String, ticket: String?, notAfter: String, tool: String,
    from: String
  ) {
    self.fingerprint = fingerprint
    self.target = target
    self.kind = kind
    self.inputs = inputs
    self.part = part
    self.made = made
    self.by = by
    self.ticket = ticket
    self.notAfter = notAfter
    self.tool = tool
    self.from = from
  }
}
