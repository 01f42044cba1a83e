import Bytes

/// Reads the targets of an earlier file of metrics, whose values a failed job keeps.
///
/// It reads what `JobMetrics` writes and nothing else: another program's file, or a damaged one, has no values.
enum EarlierMetrics {
  /// How each file of metrics begins.
  static let beginning = "# HELP " + JobMetrics.Gauge.prefix

  /// The targets in their order; `nil` if the text is not such a file.
  static func targets(in bytes: [UInt8]) -> [JobMetrics.Target]? {
    guard bytes.starts(with: beginning.utf8), bytes.last == UInt8(ascii: "\n"),
      let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    var targets: [JobMetrics.Target] = []
    for line in text.unicodeScalars.split(separator: "\n") {
      if line.first == "#" { continue }
      guard let sample = Sample(String(line)) else { return nil }
      guard let labels = sample.labels else { continue }
      var target =
        targets.firstIndex { $0.isSame(labels) }.map { targets.remove(at: $0) }
        ?? JobMetrics.Target(name: labels.target, id: labels.id.isEmpty ? nil : labels.id)
      guard let number = sample.number, sample.gauge.set(number, in: &target) else { return nil }
      targets.append(target)
    }
    return targets
  }

  /// A line such as `cupibulk_backup_servers{target="prod",target_id="6d49…"} 12`.
  private struct Sample {
    var gauge: JobMetrics.Gauge
    var labels: Labels?
    /// `nil` for a number with a fraction.
    var number: Int?

    init?(_ line: String) {
      guard let rest = line.dropping(prefix: JobMetrics.Gauge.prefix) else { return nil }
      let name = rest.unicodeScalars.prefix { $0 != "{" && $0 != " " }
      guard let gauge = JobMetrics.Gauge(rawValue: String(name)) else { return nil }
      self.gauge = gauge
      var scalars = rest.unicodeScalars[name.endIndex...]
      if scalars.first == "{" {
        guard let labels = Labels(takingFrom: &scalars) else { return nil }
        self.labels = labels
      }
      guard scalars.popFirst() == " " else { return nil }
      let text = String(scalars)
      number = OptionValue.number(text, in: 0...1_000_000_000_000)
      guard number != nil || labels == nil else { return nil }
    }
  }

  struct Labels {
    var target: String
    var id: String

    fileprivate init?(takingFrom scalars: inout Substring.UnicodeScalarView) {
      guard let target = Self.take("{target=\"", from: &scalars),
        let id = Self.take(",target_id=\"", from: &scalars), scalars.popFirst() == "}"
      else { return nil }
      self.target = target
      self.id = id
    }

    /// Takes the name of a label, and its value up to the closing quotation mark.
    private static func take(
      _ name: String, from scalars: inout Substring.UnicodeScalarView
    ) -> String? {
      guard scalars.starts(with: name.unicodeScalars) else { return nil }
      scalars.removeFirst(name.unicodeScalars.count)
      var value = String.UnicodeScalarView()
      while let scalar = scalars.popFirst() {
        switch scalar {
        case "\"": return String(value)
        case "\\":
          switch scalars.popFirst() {
          case "n": value.append("\n")
          case "\\": value.append("\\")
          case "\"": value.append("\"")
          default: return nil
          }
        default: value.append(scalar)
        }
      }
      return nil
    }
  }
}

extension JobMetrics.Target {
  fileprivate func isSame(_ labels: EarlierMetrics.Labels) -> Bool {
    name.utf8.elementsEqual(labels.target.utf8) && (id ?? "").utf8.elementsEqual(labels.id.utf8)
  }
}
