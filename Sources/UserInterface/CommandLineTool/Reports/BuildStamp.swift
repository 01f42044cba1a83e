/// What the program was built from; `Tools/build.sh` finds it out, and any other build knows nothing.
package struct BuildStamp: Sendable, Equatable {
  /// The commit, as 40 hexadecimal digits.
  let commit: String?
  /// The time of the commit in UTC, such as `2026-11-28T15:28:25Z`; never the time of the build.
  let date: String?
  /// True if the sources differed from the commit; `nil` without a commit.
  let isDirty: Bool?
  /// The version of the Swift compiler, such as `6.3.1`.
  let swift: String?

  /// A stamp of texts, of which an empty one is not known; `dirty` is `1` or `0`.
  package init(commit: String, date: String, dirty: String, swift: String) {
    self.commit = commit.isEmpty ? nil : commit
    self.date = date.isEmpty ? nil : date
    isDirty = dirty.isEmpty ? nil : dirty == "1"
    self.swift = swift.isEmpty ? nil : swift
  }
}
