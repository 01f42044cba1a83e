// Faults as text, for the command line and the page /sandbox/faults: `drop-reply=5%,hold@3,ignore=Port`.
//
//     faults = fault *("," fault)            spaces around a comma are ignored
//     fault  = KIND "=" share                this share of all requests: drop-reply=5%
//            / KIND "@" number               the write with this number: drop-reply@3
//            / "slow=" time ["@" number]     slow=80ms, slow=2s@3
//            / "ignore=" field ["@" number]  ignore=Port
//            / HOLD "=" number               the next writes: hold=2
//            / HOLD "@" number               hold@3
//            / "seed=" number
//     KIND   = drop-reply, drop-request, busy, reset, html500, html500-reply, truncate
//     HOLD   = hold, hold-reply

import Bytes

/// Why a fault text is invalid, as the end of a sentence.
package struct FaultTextError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String

  package init(description: String) { self.description = description }
}

extension SandboxFaults {
  private static let names =
    Kind.allCases.map(\.rawValue) + [
      "slow", "ignore", "hold", "hold-reply", "seed",
    ]

  /// Parses the text form; an empty text means no faults.
  ///
  /// - Parameters:
  ///   - text: Faults such as `drop-reply=5%,hold@3`.
  ///   - seed: The seed of the random numbers, unless the text sets one.
  /// - Throws: `FaultTextError` for the first invalid fault.
  package init(parsing text: String, seed: UInt64 = 1) throws(FaultTextError) {
    self.init(shares: [:], seed: seed)
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let fault = part.trimmed
      if fault.isEmpty, text.trimmed.isEmpty { break }
      try add(fault)
    }
    guard shares.values.reduce(0, +) <= 1 else {
      throw FaultTextError(description: "the shares are more than 100% together")
    }
  }

  private mutating func add(_ fault: String) throws(FaultTextError) {
    let sides = fault.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let words = sides[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(words[0])
    let value = words.count == 2 ? String(words[1]) : nil
    var write: Int?
    if sides.count == 2 {
      guard let number = Self.count(String(sides[1])) else {
        throw Self.wrong(fault, "the part after @ is the number of a write, from 1")
      }
      write = number
    }
    if let kind = Kind(rawValue: name) {
      return try add(kind, value, write, fault)
    }
    switch name {
    case "slow":
      guard let time = value.flatMap(Self.time) else {
        throw Self.wrong(fault, "write a time such as slow=80ms or slow=2s")
      }
      if let write { onWrite.append(OnWrite(write, .slow(time))) } else { slow = time }
    case "ignore":
      guard let field = value, !field.isEmpty else {
        throw Self.wrong(fault, "write the field such as ignore=Port")
      }
      if let write {
        onWrite.append(OnWrite(write, .ignore(field: field)))
      } else {
        ignored.append(field)
      }
    case "hold", "hold-reply": try addHold(isReply: name == "hold-reply", value, write, fault)
    case "seed":
      guard let number = value.flatMap({ UInt64($0) }), write == nil else {
        throw Self.wrong(fault, "write a whole number such as seed=7")
      }
      seed = number
    default: throw Self.wrong(fault, "there are \(Self.names.joined(separator: ", "))")
    }
  }

  private mutating func add(
    _ kind: Kind, _ value: String?, _ write: Int?, _ fault: String
  ) throws(FaultTextError) {
    if let write, value == nil {
      return onWrite.append(OnWrite(write, .fault(kind)))
    }
    guard write == nil, let value, value.hasSuffix("%"), let share = Double(value.dropLast()),
      (0...100).contains(share)
    else {
      throw Self.wrong(
        fault,
        "write \(kind.rawValue)=5% for a share, or \(kind.rawValue)@3 for the third write")
    }
    shares[kind] = share > 0 ? share / 100 : nil
  }

  private mutating func addHold(
    isReply: Bool, _ value: String?, _ write: Int?, _ fault: String
  ) throws(FaultTextError) {
    let name = isReply ? "hold-reply" : "hold"
    if let write, value == nil {
      return onWrite.append(OnWrite(write, isReply ? .holdReply : .hold))
    }
    guard write == nil, let number = value.flatMap(Self.count) else {
      throw Self.wrong(
        fault, "write \(name)=2 for the next two writes, or \(name)@3 for the third")
    }
    if isReply { holdReply = number } else { hold = number }
  }

  private static func wrong(_ fault: String, _ rule: String) -> FaultTextError {
    FaultTextError(description: "'\(printable(fault))' is no fault; \(rule)")
  }

  private static func count(_ text: String) -> Int? {
    guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(text), number > 0 else {
      return nil
    }
    return number
  }

  /// Parses a time such as `80ms` or `2s`; the maximum is one hour.
  private static func time(_ text: String) -> Duration? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), number <= 3_600_000 else { return nil }
    switch text.dropFirst(digits.count) {
    case "ms": return .milliseconds(number)
    case "s" where number <= 3600: return .seconds(number)
    default: return nil
    }
  }

  /// The text form, from which `init(parsing:seed:)` makes equal faults.
  package var text: String {
    var parts = Kind.allCases.compactMap { kind in
      shares[kind].flatMap { $0 > 0 ? "\(kind.rawValue)=\(Self.percent($0))" : nil }
    }
    if slow > .zero { parts.append("slow=\(Self.text(of: slow))") }
    parts += ignored.map { "ignore=\($0)" }
    if hold > 0 { parts.append("hold=\(hold)") }
    if holdReply > 0 { parts.append("hold-reply=\(holdReply)") }
    parts += onWrite.map { planned in
      switch planned.event {
      case .fault(let kind): "\(kind.rawValue)@\(planned.number)"
      case .hold: "hold@\(planned.number)"
      case .holdReply: "hold-reply@\(planned.number)"
      case .slow(let time): "slow=\(Self.text(of: time))@\(planned.number)"
      case .ignore(let field): "ignore=\(field)@\(planned.number)"
      }
    }
    return parts.joined(separator: ",")
  }

  private static func percent(_ share: Double) -> String {
    let percent = share * 100
    return percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
  }

  private static func text(of time: Duration) -> String {
    let milliseconds =
      time.components.seconds * 1000
      + time.components.attoseconds / 1_000_000_000_000_000
    return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
  }
}
