import HTTPMessages

/// Error pages in HTML, as the web container in front of the API sends them.
enum HTMLPage {
  /// The 401 response of the real server to missing, wrong or expired credentials (reference CUPI.md §3.2).
  static var unauthorized: HTTPResponse {
    var response = response(401, "This request requires HTTP authentication")
    response.headerFields["WWW-Authenticate"] = #"Basic realm="Cisco Unity Connection""#
    return response
  }

  /// The 503 response of the throttle (reference CUPI.md §3.3).
  static var busy: HTTPResponse { response(503, "The server is busy") }

  /// The 500 response of the web container when the API fails: a `pre` element shows the exception.
  static var failed: HTTPResponse {
    response(
      500, "The server encountered an internal error",
      "<pre>java.lang.NullPointerException: made up by the sandbox\n</pre>")
  }

  /// A page with a status, a sentence that needs no escapes, and more HTML after it.
  static func response(_ status: Int, _ sentence: String, _ more: String = "") -> HTTPResponse {
    let page = """
      <html><head><title>HTTP Status \(status)</title></head><body><h1>HTTP Status \(status)</h1>\
      <p>\(sentence).</p>\(more)</body></html>

      """
    return HTTPResponse(
      status: status, headerFields: ["Content-Type": "text/html;charset=utf-8"],
      body: Array(page.utf8))
  }
}
