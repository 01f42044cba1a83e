// Header fields, and the media type of a response.

import HTTPMessages
import Testing

@Suite struct HeaderFieldsTests {
  @Test func `a name is found in any case`() {
    let fields: HeaderFields = ["Content-Type": "text/plain"]
    #expect(fields["content-type"] == "text/plain")
    #expect(fields["CONTENT-TYPE"] == "text/plain")
    #expect(fields["Content-Typo"] == nil)
  }

  @Test func `setting replaces every line of that name`() {
    var fields: HeaderFields = ["A": "1", "B": "2", "a": "3"]
    fields["A"] = "4"
    #expect(fields.lines.map(\.value) == ["2", "4"])
    fields["a"] = nil
    #expect(fields.lines.map(\.name) == ["B"])
  }

  @Test func `lines with the same name keep their order`() {
    let fields: HeaderFields = ["Set-Cookie": "x=1", "Date": "now", "set-cookie": "y=2"]
    #expect(fields.values(of: "Set-Cookie") == ["x=1", "y=2"])
  }

  @Test(arguments: [
    ("application/xml; charset=utf-8", "application/xml"), ("Application/JSON", "application/json"),
    (" text/html ;q=1", "text/html"), ("", ""),
  ])
  func `a media type has no parameters`(value: String, expected: String) {
    #expect(HTTPResponse(status: 200, headerFields: ["Content-Type": value]).mediaType == expected)
  }
}
