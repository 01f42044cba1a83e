/// The server that exchanges go to, and their time limits, in the form that libcurl takes.
///
/// Computed once for all exchanges of a loop: each exchange has a handle of its own, on which all of it is set.
struct TransferRoute {
  let url: String
  let scheme: String
  let isLoopback: Bool
  let connectMilliseconds: Int
  let transferMilliseconds: Int
  let stallSeconds: Int
  let idleSeconds: Int

  init(to origin: Origin, _ options: TransferOptions) {
    url = origin.description + "/"
    scheme = origin.scheme.rawValue
    isLoopback = origin.isLoopback
    connectMilliseconds = options.connectTimeout.wholeMilliseconds
    transferMilliseconds = options.transferTimeout.wholeMilliseconds
    stallSeconds = options.stallLimit.wholeSeconds
    idleSeconds = options.idleLimit.wholeSeconds
  }
}

extension Duration {
  /// At least 1, so that no limit is switched off by rounding, and within what libcurl takes.
  fileprivate var wholeMilliseconds: Int {
    clamped(Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15)
  }

  fileprivate var wholeSeconds: Int { clamped(self / .seconds(1)) }

  private func clamped(_ value: Double) -> Int {
    Int(min(max(value.rounded(.up), 1), Double(Int32.max / 1_000)))
  }
}
