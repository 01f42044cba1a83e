// Bodies in XML and JSON, made and read by means of the tests' own.

import Foundation
import HTTPMessages

/// The two forms of bodies.
enum Wire: String, CaseIterable, Sendable {
  case xml
  case json

  /// A request with good credentials; with fields it has a body of this form.
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

  /// Every value that an answer shows for a field, in order.
  func values(_ name: String, in answer: HTTPResponse) throws -> [String] {
    let pattern = self == .xml ? "<\(name)>([^<]*)</\(name)>" : #""\#(name)":"([^"]*)""#
    return answer.text.matches(of: try Regex(pattern, as: (Substring, Substring).self)).map {
      String($0.output.1)
    }
  }

  /// How many objects a list has over all pages.
  func total(of answer: HTTPResponse) throws -> Int? {
    let pattern = self == .xml ? #"total="([0-9]+)""# : #"^\{"@total":"([0-9]+)""#
    return answer.text.firstMatch(of: try Regex(pattern, as: (Substring, Substring).self))
      .flatMap { Int($0.output.1) }
  }
}
