/// What reading a written row back showed, over the fields that the row set.
package enum Verdict: String, Sendable, CaseIterable {
  /// Every field reads as it was sent.
  case verified
  /// Every field reads the same in canonical form, though not to the letter.
  case normalised
  /// The server still shows what it had before, or on a creation something else.
  case ignored
  /// An updated field shows a third value: another client changed it meanwhile.
  case overwritten
  /// The server is not there any more.
  case missing

  /// Judges one written row.
  ///
  /// - Parameters:
  ///   - sent: The fields that were sent.
  ///   - before: What the server showed before an update; `nil` for a creation.
  ///   - after: What it shows now; `nil` if it is not listed.
  /// - Returns: The worst that any field shows; `ignored` is worse than `overwritten`.
  package static func judge(
    sent: FieldValues, before: FieldValues?, after: FieldValues?
  ) -> Verdict {
    guard let after else { return .missing }
    var verdict = Verdict.verified
    for field in sent.present where field != .groupObjectID && field != .objectID {
      if sent[field] == after[field] { continue }
      if sent.agrees(with: after, in: field) {
        // An emptied field that is shown as absent reads as it was sent.
        if sent[field].text != nil, verdict == .verified { verdict = .normalised }
        continue
      }
      guard let before, !before.agrees(with: after, in: field) else { return .ignored }
      verdict = .overwritten
    }
    return verdict
  }
}
