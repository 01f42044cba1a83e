// The texts in the ledger of field values, servers and moments.

import PortGroupModel

@testable import RowLedger

/// Uses the bytes as a text of the ledger, and as the texts of fields to store.
func checkLedgerTexts(_ bytes: [UInt8]) {
  let read = FieldText.decode(bytes.span)
  require(FieldText.decode(FieldText.encode(read).span) == read, "fields that were read are encoded unchanged")

  let servers = FieldText.decodeServers(bytes.span)
  checkServers(servers)

  let values = fields(of: bytes)
  require(FieldText.decode(FieldText.encode(values).span) == values, "fields are read back unchanged")
  if let id = ObjectID("42ef5946-c5f2-4556-9897-6a4b6e116dfa") {
    let server = PortGroupServer(objectID: id, fields: values)
    checkServers([server, server])
  }

  let text = String(decoding: bytes, as: UTF8.self)
  if let moment = Timestamp.date(text) { _ = Timestamp.text(moment) }
}

private func checkServers(_ servers: [PortGroupServer]) {
  let back = FieldText.decodeServers(FieldText.encode(servers).span)
  require(back == servers, "servers are read back unchanged")
}

/// Splits the bytes at each 0xFF into the texts of all fields; fields without a part are absent.
private func fields(of bytes: [UInt8]) -> FieldValues {
  var values = FieldValues()
  let parts = bytes.split(separator: 0xFF, omittingEmptySubsequences: false)
  for (field, part) in zip(Field.allCases, parts) { values.set(field, utf8: Array(part).span) }
  return values
}
