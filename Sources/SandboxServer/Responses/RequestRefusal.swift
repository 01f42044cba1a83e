import HTTPMessages

/// The refusal of a request: a status, and one message for each problem.
struct RequestRefusal: Error, Equatable {
  /// Invented names for the API's `ErrorCode`, whose real values are not documented (reference CUPI.md §3.5).
  enum Code: String, Sendable {
    case badRequest = "BAD_REQUEST"
    case invalidParameter = "INVALID_PARAMETER"
    case mandatoryParameterMissing = "MANDATORY_PARAMETER_MISSING"
    case notSupported = "NOT_SUPPORTED"
    /// The path matches no resource of the API.
    case noResource = "NO_RESOURCE"
    /// The path refers to an object that does not exist.
    case notFound = "NOT_FOUND"
    /// A web page sent the request.
    case forbidden = "FORBIDDEN"
    case methodNotAllowed = "METHOD_NOT_ALLOWED"
    case notAcceptable = "NOT_ACCEPTABLE"
    case tooLarge = "REQUEST_TOO_LARGE"
    case unsupportedType = "UNSUPPORTED_MEDIA_TYPE"
    case serverFailed = "INTERNAL_SERVER_ERROR"
  }

  struct Detail: Equatable {
    var code: Code
    /// The message; it names the invalid field, if there is one.
    var message: String
  }

  var status: Int
  var details: [Detail]
  var headerFields: HeaderFields = [:]

  init(_ status: Int, _ code: Code, _ message: String, headerFields: HeaderFields = [:]) {
    self.init(status, [Detail(code: code, message: message)], headerFields: headerFields)
  }

  /// True if the path refers to an object that does not exist; the status for this case is not documented.
  var isUnknownID: Bool { details.map(\.code) == [.notFound] }

  init(_ status: Int, _ details: [Detail], headerFields: HeaderFields = [:]) {
    self.status = status
    self.details = details
    self.headerFields = headerFields
  }
}

/// Text of a client in a form that can be quoted: at most 100 characters, with `?` for unprintable ones.
func printable(_ text: String) -> String {
  text.unicodeScalars.prefix(100).map { isPrintable($0) ? String($0) : "?" }.joined()
}

/// False for control characters and for characters that XML does not allow.
func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  scalar.value >= 0x20 && scalar.value != 0x7F && scalar.value != 0xFFFE && scalar.value != 0xFFFF
}
