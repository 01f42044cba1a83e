/// The order of servers in an export, as bytes: comparing two keys byte by byte compares the servers.
///
/// By group name, service, precedence, host, IPv6 host, port, TLS port, server id, group id. Texts compare by
/// their UTF-8 bytes, numbers by value, and missing values come first. Two exports of one configuration have
/// the same order, independent of the database that sorts them.
package enum ExportOrder {
  package static func key(of server: PortGroupServer, in group: PortGroup) -> [UInt8] {
    var key: [UInt8] = []
    key.reserveCapacity(192)
    append(group.displayName, to: &key)
    append(server.fields, to: &key)
    append(server.objectID.text, to: &key)
    append(group.objectID.text, to: &key)
    return key
  }

  /// The order of the servers of one group.
  package static func key(of server: FieldValues) -> [UInt8] {
    var key: [UInt8] = []
    append(server, to: &key)
    append(server[.objectID].text, to: &key)
    return key
  }

  private static func append(_ fields: FieldValues, to key: inout [UInt8]) {
    append(number: fields[.service].text, to: &key)
    append(number: fields[.precedence].text, to: &key)
    append(fields[.host].text, to: &key)
    append(fields[.hostV6].text, to: &key)
    append(number: fields[.port].text, to: &key)
    append(number: fields[.tlsPort].text, to: &key)
  }

  /// A text ends with two zero bytes; a zero byte inside the text is followed by 0xFF, to distinguish it from the end.
  private static func append(_ text: String?, to key: inout [UInt8]) {
    guard let text else { return key.append(0) }
    key.append(1)
    for byte in text.utf8 {
      key.append(byte)
      if byte == 0 { key.append(0xFF) }
    }
    key += [0, 0]
  }

  /// A number has eight bytes, the highest first; its sign bit is inverted, because negative numbers come first.
  private static func append(number text: String?, to key: inout [UInt8]) {
    guard let number = text.flatMap({ Int64($0) }) else { return key.append(0) }
    key.append(1)
    let bits = UInt64(bitPattern: number) ^ 1 << 63
    for shift in stride(from: 56, through: 0, by: -8) {
      key.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
  }
}
