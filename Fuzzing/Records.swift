// Input files: the result must be the same in one piece, in small pieces, and with a schema.

import BulkFiles
import XMLStreams

/// A schema with the features of the program's own; safe, because libFuzzer uses one thread.
private nonisolated(unsafe) let schema = try? XMLSchema(
  """
  <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
    <xs:element name="Servers"><xs:complexType>
      <xs:sequence><xs:element ref="Server" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
      <xs:attribute name="total" type="xs:string"/><xs:anyAttribute processContents="skip"/>
    </xs:complexType></xs:element>
    <xs:element name="Server"><xs:complexType><xs:all>
      <xs:element name="a" type="Small" minOccurs="0"/>
      <xs:element name="b" type="Name" minOccurs="0"/>
      <xs:element name="c" type="xs:string" minOccurs="0"/>
    </xs:all></xs:complexType></xs:element>
    <xs:simpleType name="Whole"><xs:restriction base="xs:integer"><xs:pattern value="[0-9]+"/>
    </xs:restriction></xs:simpleType>
    <xs:simpleType name="Small"><xs:restriction base="Whole"><xs:maxInclusive value="9999"/>
    </xs:restriction></xs:simpleType>
    <xs:simpleType name="Label"><xs:restriction base="xs:token">
      <xs:pattern value="[a-z]{1,3}(\\.[a-z]{1,3})*\\.?"/><xs:pattern value="(.*\\.)?[0-9]*[a-z]*"/>
    </xs:restriction></xs:simpleType>
    <xs:simpleType name="Name"><xs:union memberTypes="Label Small"/></xs:simpleType>
  </xs:schema>
  """)

/// Returns the result of reading as one text.
private func readout(
  _ bytes: [UInt8], _ format: BulkFormat, chunk: Int, isChecked: Bool = false
) -> String {
  var text = ""
  do throws(InputFault) {
    let reader = try RecordReader(
      ByteSource(name: "fuzz", bytes: bytes, chunk: chunk), format: format,
      schema: unsafe isChecked ? schema : nil,
      shape: RecordShape(list: "Servers", record: "Server"),
      limits: RecordLimits(fieldBytes: 4096, recordBytes: 16384, fields: 100))
    var record = BulkRecord()
    var places: [(line: Int, column: Int)] = []
    while true {
      defer { _ = reader.takeViolations() }
      switch try reader.next(&record) {
      case .end: return text
      case .invalid(let fault): text += "!\(fault.kind.rawValue) \(fault.line):\(fault.column)\n"
      case .record:
        record.fillPlaces(&places)
        require(places.count == record.count, "each field has its place")
        text += "\(record.line)"
        for index in 0..<record.count {
          text += " \(places[index].line):\(places[index].column) \(record.text(at: index))"
        }
        text += "\n\(reader.rawText(of: record))\n"
      }
    }
  } catch {
    // The position at which libxml2 stops depends on the chunk size.
    return format == .xml ? "" : text + "!!\(error.kind.rawValue) \(error.line):\(error.column)\n"
  }
}

/// Reads the bytes as a file of one format.
func checkRecords(_ bytes: [UInt8], _ format: BulkFormat) {
  let whole = readout(bytes, format, chunk: 1 << 16)
  for chunk in [1, 7] {
    require(
      readout(bytes, format, chunk: chunk) == whole,
      "a file read in pieces of \(chunk) bytes gives the same")
  }
  unsafe require(schema != nil, "the schema is valid")
  if format == .xml {
    require(
      readout(bytes, format, chunk: 7, isChecked: true) == whole,
      "a file checked against a schema gives the same")
  }
}
