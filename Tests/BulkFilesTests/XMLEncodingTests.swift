// Tests of XML in many encodings, valid and damaged, against an independent reader: Tests/XMLOracle/xml_oracle.py.

import BulkFiles
import Foundation
import TestSupport
import Testing

@Suite struct XMLEncodingTests {
  /// A document and the independent reader's result.
  private struct Document: Decodable {
    let name: String
    let kind: String
    let bytes: Data
    /// Each record as its elements and their texts; `nil` if the document is refused.
    let records: [[[String]]]?
  }

  /// The result of reading a document.
  private enum Outcome: Equatable {
    case records([[[String]]])
    case refused(line: Int)
  }

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func documents(_ count: Int, seed: Int) async throws -> [Document] {
    let oracle = try await ProgramRun.run(
      ["-B", Package.root + "/Tests/XMLOracle/xml_oracle.py", "\(count)", "\(seed)"],
      program: "/usr/bin/python3", in: folder.path)
    #expect(oracle.status == 0, "\(oracle.messages)")
    let decoder = JSONDecoder()
    return try oracle.output.split(separator: "\n").map {
      try decoder.decode(Document.self, from: Data($0.utf8))
    }
  }

  private func outcome(of document: Document, chunk: Int) -> Outcome {
    var records: [[[String]]] = []
    do throws(InputFault) {
      let reader = try RecordReader(
        ByteSource(name: "x.xml", bytes: Array(document.bytes), chunk: chunk), format: .xml,
        shape: RecordShape(list: "PortGroupServers", record: "PortGroupServer"))
      var record = BulkRecord()
      while true {
        switch try reader.next(&record) {
        case .end: return .records(records)
        case .invalid(let fault): return .refused(line: fault.line)
        case .record:
          records.append(
            (0..<record.count).map { [reader.names[record.name(at: $0)], record.text(at: $0)] })
        }
      }
    } catch {
      return .refused(line: error.line)
    }
  }

  @Test
  func
    `5,000 documents give the result of an independent reader, and a refusal has a place`()
    async throws
  {
    let documents = try await documents(5_000, seed: 1)
    #expect(documents.count == 5_000)
    #expect(documents.count { $0.kind == "whole" } > 300, "there are that many encodings")
    var isRead = 0
    for (index, document) in documents.enumerated() {
      switch (outcome(of: document, chunk: chunkSizes[index % chunkSizes.count]), document.records)
      {
      case (.records(let records), let expected):
        isRead += 1
        #expect(records == expected, "\(document.name): \(document.bytes.base64EncodedString())")
      case (.refused(let line), _):
        #expect(line > 0, "\(document.name)")
        #expect(
          document.kind != "whole", "\(document.name): \(document.bytes.base64EncodedString())")
      }
    }
    #expect(isRead > 1_000, "not all are refused")
  }
}
