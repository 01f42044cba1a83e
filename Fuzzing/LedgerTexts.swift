// Texts that the ledger reads back: of field values, of servers, of moments.

import PortGroupModel

@testable import RowLedger

/// Takes the bytes as a text of the ledger, and as the texts of fields that it is to keep.
func checkLedgerTexts(_ bytes: [UInt8]) {
  let read = FieldText.decode(bytes.span)
  require(FieldText.decode(FieldText.encode(read).span) == read, "fields that were read are kept")

  let servers = FieldText.decodeServers(bytes.span)
  checkServers(servers)

  let values = fields(of: bytes)
  require(FieldText.decode(FieldText.encode(values).span) == values, "fields come back")
  if let id = ObjectID("42ef5946-c5f2-4556-9897-6a4b6e116dfa") {
    let server = PortGroupServer(objectID: id, fields: values)
    checkServers([server, server])
  }

  let text = String(decoding: bytes, as: UTF8.self)
  if let moment = Timestamp.date(text) { _ = Timestamp.text(moment) }
}

private func checkServers(_ servers: [PortGroupServer]) {
  let back = FieldText.decodeServers(FieldText.encode(servers).span)
  require(back == servers, "servers come back, each with its fields")
}

/// Cuts the bytes into the texts of all fields at each 0xFF; fields without a part are absent.
private func fields(of bytes: [UInt8]) -> FieldValues {
  var values = FieldValues()
  let parts = bytes.split(separator: 0xFF, omittingEmptySubsequences: false)
  for (field, part) in zip(Field.allCases, parts) { values.set(field, utf8: Array(part).span) }
  return values
}
