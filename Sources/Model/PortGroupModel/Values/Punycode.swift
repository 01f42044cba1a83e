/// Punycode (RFC 3492), the ASCII form of host names with other letters (RFC 5890): `müller` becomes `xn--mller-kva`.
enum Punycode {
  /// The ASCII form of a host name, label by label, in lower case; `nil` if a label has no ASCII form.
  ///
  /// A name with combining marks has no ASCII form, because it must be composed first (NFC).
  static func ascii(ofName name: String) -> String? {
    var labels: [String] = []
    for label in name.lowercased().split(separator: ".", omittingEmptySubsequences: false) {
      guard let ascii = ascii(ofLabel: String(label)) else { return nil }
      labels.append(ascii)
    }
    return labels.joined(separator: ".")
  }

  private static func ascii(ofLabel label: String) -> String? {
    if label.utf8.allSatisfy({ $0 < 0x80 }) { return label }
    let scalars = label.unicodeScalars
    guard scalars.allSatisfy({ $0.properties.isAlphabetic || $0.isASCII }),
      let code = encode(scalars.map { Int($0.value) })
    else { return nil }
    let ascii = "xn--" + code
    return ascii.utf8.count <= 63 ? ascii : nil
  }

  private static let base = 36
  private static let tMin = 1
  private static let tMax = 26

  /// RFC 3492 §6.3; `nil` for labels that are far too long.
  static func encode(_ input: [Int]) -> String? {
    guard input.count <= 63 else { return nil }
    var output = input.filter { $0 < 0x80 }.compactMap { Unicode.Scalar($0) }.map(Character.init)
    let basic = output.count
    if basic > 0 { output.append("-") }
    var (n, delta, bias, handled) = (0x80, 0, 72, basic)
    while handled < input.count {
      // There are at most 63 code points below 2^21, so no product overflows an `Int`.
      let next = input.filter { $0 >= n }.min() ?? n
      delta += (next - n) * (handled + 1)
      n = next
      for code in input {
        if code < n { delta += 1 }
        guard code == n else { continue }
        var q = delta
        var k = base
        while true {
          let t = min(max(k - bias, tMin), tMax)
          if q < t { break }
          output.append(digit(t + (q - t) % (base - t)))
          q = (q - t) / (base - t)
          k += base
        }
        output.append(digit(q))
        bias = adapt(delta, handled + 1, isFirst: handled == basic)
        delta = 0
        handled += 1
      }
      delta += 1
      n += 1
    }
    return String(output)
  }

  /// RFC 3492 §6.1.
  private static func adapt(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
    var delta = isFirst ? delta / 700 : delta / 2
    delta += delta / count
    var k = 0
    while delta > (base - tMin) * tMax / 2 {
      delta /= base - tMin
      k += base
    }
    return k + (base - tMin + 1) * delta / (delta + 38)
  }

  private static func digit(_ value: Int) -> Character {
    let byte = value < 26 ? UInt8(ascii: "a") + UInt8(value) : UInt8(ascii: "0") + UInt8(value - 26)
    return Character(Unicode.Scalar(byte))
  }
}
