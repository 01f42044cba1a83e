/// What reading back a written row showed about the fields that it set.
package enum Verdict: String, Sendable, CaseIterable {
  /// Every field is as it was sent.
  case verified
  /// Every field is the same in canonical form, but not literally.
  case normalised
  /// The server still shows the old value, or for a creation another value.
  case ignored
  /// An updated field shows a third value: another client has changed it.
  case overwritten
  /// The server no longer exists.
  case missing

  /// Judges one written row.
  ///
  /// - Parameters:
  ///   - sent: The fields that were sent.
  ///   - before: What the server showed before an update; `nil` for a creation.
  ///   - after: What it shows now; `nil` if it is not listed.
  /// - Returns: The worst verdict of any field; `ignored` is worse than `overwritten`.
  package static func judge(
    sent: FieldValues, before: FieldValues?, after: FieldValues?
  ) -> Verdict {
    guard let after else { return .missing }
    var verdict = Verdict.verified
    for field in sent.present where field != .groupObjectID && field != .objectID {
      if sent[field] == after[field] { continue }
      if sent.agrees(with: after, in: field) {
        // A field that was emptied may be shown as absent.
        if sent[field].text != nil, verdict == .verified { verdict = .normalised }
        continue
      }
      guard let before, !before.agrees(with: after, in: field) else { return .ignored }
      verdict = .overwritten
    }
    return verdict
  }
}
