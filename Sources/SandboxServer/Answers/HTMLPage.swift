// The HTML pages that stand in for those of the real server's web container.

import HTTPMessages

/// Error pages in HTML, as the web container in front of the API sends them.
enum HTMLPage {
  /// 401 as the real server gives it for missing, wrong or aged credentials (reference CUPI.md §3.2).
  static var unauthorized: HTTPResponse {
    var response = answer(401, "This request requires HTTP authentication")
    response.headerFields["WWW-Authenticate"] = #"Basic realm="Cisco Unity Connection""#
    return response
  }

  /// 503 as the throttle gives it (reference CUPI.md §3.3).
  static var busy: HTTPResponse { answer(503, "The server is busy") }

  /// 500 as the web container gives it where the API fails: the exception stands in a `pre`.
  static var failed: HTTPResponse {
    answer(
      500, "The server encountered an internal error",
      "<pre>java.lang.NullPointerException: made up by the sandbox\n</pre>")
  }

  /// A page with a status, one sentence that needs no escapes, and what follows it in HTML.
  static func answer(_ status: Int, _ sentence: String, _ more: String = "") -> HTTPResponse {
    let page = """
      <html><head><title>HTTP Status \(status)</title></head><body><h1>HTTP Status \(status)</h1>\
      <p>\(sentence).</p>\(more)</body></html>

      """
    return HTTPResponse(
      status: status, headerFields: ["Content-Type": "text/html;charset=utf-8"],
      body: Array(page.utf8))
  }
}
