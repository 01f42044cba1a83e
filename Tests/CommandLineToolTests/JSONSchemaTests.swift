import CommandLineTool
import JSONStreams
import TestSupport
import Testing

/// The check of schemas finds what is wrong, so that the tests of the contract can fail.
@Suite struct JSONSchemaTests {
  private static let schema = """
    {"$schema":"https://json-schema.org/draft/2020-12/schema","title":"t","type":"object",
     "additionalProperties":false,"required":["a","b"],
     "properties":{"a":{"const":1},"b":{"type":["string","null"]},"c":{"enum":["x","y"]},
       "d":{"type":"array","items":{"$ref":"#/$defs/pair"}},
       "e":{"type":"object","additionalProperties":{"type":"integer"}},"f":{"type":"number"}},
     "$defs":{"pair":{"type":"array","items":{"type":"boolean"},"minItems":2,"maxItems":2}}}
    """

  @Test(arguments: [
    (#"{"a":1,"b":null}"#, []),
    (#"{"b":"x","a":1,"c":"y","d":[[true,false]],"e":{"n":7},"f":1.5}"#, []),
    (#"{"a":1}"#, ["$: b is missing"]),
    (#"{"a":2,"b":null}"#, ["$.a: not the constant"]),
    (#"{"a":"1","b":null}"#, ["$.a: not the constant"]),
    (#"{"a":1,"b":7}"#, ["$.b: not of its types"]),
    (#"{"a":1,"b":null,"z":0}"#, ["$: z is not known"]),
    (#"{"a":1,"b":null,"c":"z"}"#, ["$.c: not one of the words"]),
    (#"{"a":1,"b":null,"d":[[true]]}"#, ["$.d[0]: has too few elements"]),
    (#"{"a":1,"b":null,"d":[[true,true,true]]}"#, ["$.d[0]: has too many elements"]),
    (#"{"a":1,"b":null,"d":[[true,0]]}"#, ["$.d[0][1]: not of type boolean"]),
    (#"{"a":1,"b":null,"e":{"n":1.5}}"#, ["$.e.n: not of type integer"]),
    (#"[]"#, ["$: not of type object"]),
  ])
  func `each rule is checked`(text: String, problems: [String]) throws {
    let schema = try JSONSchema(Self.schema)
    #expect(schema.problems(of: try JSONValue(parsing: Array(text.utf8))) == problems)
  }

  @Test func `a keyword that is not known is a problem`() throws {
    #expect(
      try JSONSchema(#"{"pattern":"x"}"#).problems(of: .null)
        == ["$: the keyword pattern is not known"])
    #expect(try JSONSchema(##"{"$ref":"#/$defs/no"}"##).problems(of: .null).count == 1)
  }

  @Test func `the schema of each shape is one that the check knows`() throws {
    for shape in JSONCatalog.shapes {
      let problems = try JSONSchema(shape.schema).problems(of: .object([]))
      // An empty object lacks every key, and nothing else is wrong with it.
      #expect(!problems.isEmpty, "\(shape.type)")
      for problem in problems { #expect(problem.hasSuffix(" is missing"), "\(shape.type)") }
    }
  }
}
