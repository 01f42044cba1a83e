// Bodies in XML and JSON, written and read without the code under test.

import Foundation
import HTTPMessages

/// The two formats of bodies.
enum Wire: String, CaseIterable, Sendable {
  case xml
  case json

  /// A request with valid credentials; if fields are given, it has a body in this format.
  func request(
    _ method: HTTPMethod, _ target: String, _ type: String = "",
    _ values: KeyValuePairs<String, String> = [:]
  ) -> HTTPRequest {
    var header = fields(["Accept": "application/\(rawValue)"])
    guard !type.isEmpty else { return HTTPRequest(method, target, headerFields: header) }
    header["Content-Type"] = "application/\(rawValue)"
    return HTTPRequest(
      method, target, headerFields: header, body: Array(body(type, values).utf8))
  }

  private func body(_ type: String, _ values: KeyValuePairs<String, String>) -> String {
    switch self {
    case .xml:
      "<\(type)>" + values.map { "<\($0.key)>\($0.value)</\($0.key)>" }.joined() + "</\(type)>"
    case .json: "{" + values.map { #""\#($0.key)":"\#($0.value)""# }.joined(separator: ",") + "}"
    }
  }

  /// All values of a field in a response, in order.
  func values(_ name: String, in response: HTTPResponse) throws -> [String] {
    let pattern = self == .xml ? "<\(name)>([^<]*)</\(name)>" : #""\#(name)":"([^"]*)""#
    return response.text.matches(of: try Regex(pattern, as: (Substring, Substring).self)).map {
      String($0.output.1)
    }
  }

  /// The total number of objects of a list.
  func total(of response: HTTPResponse) throws -> Int? {
    let pattern = self == .xml ? #"total="([0-9]+)""# : #"^\{"@total":"([0-9]+)""#
    return response.text.firstMatch(of: try Regex(pattern, as: (Substring, Substring).self))
      .flatMap { Int($0.output.1) }
  }
}
