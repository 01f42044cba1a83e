/// The server of a loop's exchanges, and their timeouts, in the form that libcurl expects.
///
/// Computed once for all exchanges of a loop, because each exchange sets all of it on its own handle.
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
    stallSeconds = options.stallTimeout.wholeSeconds
    idleSeconds = options.idleTimeout.wholeSeconds
  }
}

extension Duration {
  /// At least 1, so that rounding never disables a timeout, and within the range that libcurl accepts.
  fileprivate var wholeMilliseconds: Int {
    clamped(Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15)
  }

  fileprivate var wholeSeconds: Int { clamped(self / .seconds(1)) }

  private func clamped(_ value: Double) -> Int {
    Int(min(max(value.rounded(.up), 1), Double(Int32.max / 1_000)))
  }
}
