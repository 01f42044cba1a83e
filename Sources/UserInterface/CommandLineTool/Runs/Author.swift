import Glibc

/// Who runs the program, for the ledger.
enum Author {
  /// The user and the host, such as `jd@jump01`; `uid 1234@host` for a user without a name.
  ///
  /// The name comes from the system (getpwuid_r(3)): a variable can be set by anyone.
  static var current: String { "\(user)@\(host)" }

  private static var user: String {
    var entry = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    let code = unsafe buffer.withUnsafeMutableBufferPointer { buffer -> Int32 in
      guard let start = buffer.baseAddress else { return ENOMEM }
      return unsafe getpwuid_r(getuid(), &entry, start, buffer.count, &found)
    }
    // The name is in the buffer, which still exists here.
    let name: String? =
      if code == 0, unsafe found != nil, let name = unsafe entry.pw_name {
        unsafe String(cString: name)
      } else {
        nil
      }
    withExtendedLifetime(buffer) {}
    return name.flatMap { $0.isEmpty ? nil : $0 } ?? "uid \(getuid())"
  }

  private static var host: String {
    var name = [CChar](repeating: 0, count: 257)
    guard unsafe gethostname(&name, 256) == 0 else { return "unknown host" }
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
