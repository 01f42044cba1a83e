// The outcome for each result of an exchange.

import HTTPMessages
import Testing
import UnityConnection

@Suite struct ExchangeOutcomeTests {
  enum Category: String { case done, refused, notProcessed, unknown, unauthorized, blocked }

  @Test(arguments: [
    (200, Category.done), (201, .done), (204, .done), (301, .refused), (302, .refused),
    (400, .refused), (401, .unauthorized), (403, .refused), (404, .refused), (405, .refused),
    (406, .refused), (408, .notProcessed), (409, .refused), (410, .refused), (415, .refused),
    (422, .refused), (429, .notProcessed), (500, .unknown), (501, .refused), (502, .unknown),
    (503, .notProcessed), (504, .unknown), (599, .unknown),
  ])
  func `each status has one outcome`(status: Int, category: Category) {
    let outcome = ExchangeOutcome.classify(.success(HTTPResponse(status: status)), now: 0)
    #expect(outcome.category == category)
  }

  @Test(arguments: [
    (ExchangeError.Cause.cancelled, ServerError.Kind.cancelled),
    (.couldNotResolve, .nameUnknown), (.connectionRefused, .unreachable),
    (.unreachable, .unreachable), (.timedOut, .timedOut),
    (.closedWithoutAnswer, .noAnswer), (.answerBroken, .noAnswer),
    (.answerTooLarge, .unexpectedAnswer), (.other, .unreachable),
  ])
  func `an incomplete exchange is unknown only if its request may have been sent`(
    cause: ExchangeError.Cause, kind: ServerError.Kind
  ) {
    let failure = TransientFailure(kind, reason: "why")
    let before = ExchangeError(cause, mayHaveReached: false, detail: "why")
    let after = ExchangeError(cause, mayHaveReached: true, detail: "why")
    #expect(ExchangeOutcome.classify(.failure(before), now: 0) == .notProcessed(failure))
    #expect(ExchangeOutcome.classify(.failure(after), now: 0) == .unknown(failure))
  }

  @Test(arguments: [
    (ExchangeError.Cause.certificateUntrusted, ServerError.Kind.certificateUntrusted),
    (.pinMismatch, .pinMismatch), (.tlsFailed, .tlsFailed), (.tlsOutdated, .tlsOutdated),
    (.readOnly, .readOnly),
  ])
  func `nothing may be sent to an untrusted server`(
    cause: ExchangeError.Cause, kind: ServerError.Kind
  ) {
    let error = ExchangeError(cause, mayHaveReached: false, detail: "why")
    #expect(ExchangeOutcome.classify(.failure(error), now: 0) == .blocked(kind, "why"))
  }

  @Test(arguments: [
    ("120", 120), ("0", 0), ("-5", 0), (" 7 ", 7), ("soon", nil), ("", nil),
    ("Thu, 01 Jan 2026 00:01:00 GMT", 60), ("Wed, 31 Dec 2025 23:59:00 GMT", 0),
    ("Thursday, 01-Jan-26 00:00:30 GMT", 30),
    // The longest allowed wait, and longer waits.
    ("86400", 86_400), ("86401", 86_400), ("9223372036854775807", 86_400),
    ("99999999999999999999999", 86_400), ("-9223372036854775808", 0),
    ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400), ("Sat, 01 Jan 0000 00:00:00 GMT", 0),
    ("Sun, 06 Nov 10000 08:49:37 GMT", nil), ("Sun, 06 Nov 9223372036854775807 08:49:37 GMT", nil),
    ("Sun, 06 Nov 92233720368547758 08:49:37 GMT", nil), ("Sun, 06 Nov -5 08:49:37 GMT", 0),
    ("Sun, 99999999999999999999 Nov 1 1:1:1 GMT", nil),
    ("Sun, 6 Nov 2026 9223372036854775807:0:0", nil),
  ])
  func `Retry-After is parsed in seconds and as a date`(text: String, seconds: Int?) {
    let response = HTTPResponse(status: 503, headerFields: ["Retry-After": text])
    guard
      case .notProcessed(let failure) = ExchangeOutcome.classify(
        .success(response), now: 1_767_225_600)
    else { return #expect(Bool(false), "503 must be repeatable") }
    #expect(failure.retryAfter == seconds)
  }

  @Test(arguments: [
    "Sun, 06 Nov 9223372036854775807 08:49:37 GMT", "Sun, 06 Nov 92233720368547758 08:49:37 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT", "Sat, 01 Jan 0000 00:00:00 GMT",
  ])
  func `a server's clock with any year is handled`(date: String) {
    let response = HTTPResponse(
      status: 503,
      headerFields: ["Date": date, "Retry-After": "Thu, 01 Jan 2026 00:00:30 GMT"])
    guard
      case .notProcessed(let failure) = ExchangeOutcome.classify(
        .success(response), now: 1_767_225_600)
    else { return #expect(Bool(false), "503 must be repeatable") }
    #expect((failure.retryAfter ?? -1) >= 0)
  }

  @Test func `a Retry-After date is relative to the server's clock`() {
    let response = HTTPResponse(
      status: 429,
      headerFields: [
        "Date": "Tue, 29 Feb 2028 23:59:50 GMT", "Retry-After": "Wed, 01 Mar 2028 00:00:05 GMT",
      ])
    #expect(
      ExchangeOutcome.classify(.success(response), now: 0)
        == .notProcessed(
          TransientFailure(
            .busy, reason: "status 429: Too Many Requests", status: 429, retryAfter: 15)))
  }

  @Test func `an HTML page leaves the outcome of a write unknown, with any status`() {
    let page = HTTPResponse.body("\n<!DOCTYPE html><html><title>Welcome</title></html>")
    #expect(
      ExchangeOutcome.classify(.success(page), now: 0)
        == .unknown(TransientFailure(.webPage, reason: "status 200: Welcome", status: 200)))
  }

  @Test(arguments: [
    ("<html>", true), ("<HtMl lang='en'>", true), ("<?xml version='1.0'?>\n<!DocType HTML>", true),
    ("<x:html/>", false), ("<A>html</A>", false), ("<htm", false), ("<", false),
    ("<!doctype", false),
    ("html", false), ("{\"a\": \"<html>\"}", false),
    ("<A>\(String(repeating: " ", count: 1_016))<html>", true),
    ("<A>\(String(repeating: " ", count: 1_017))<html>", false),
  ])
  func `an HTML page is detected near its beginning`(body: String, isPage: Bool) {
    let outcome = ExchangeOutcome.classify(.success(HTTPResponse.body(body)), now: 0)
    if case .unknown = outcome { #expect(isPage) } else { #expect(!isPage) }
  }

  @Test(arguments: [
    ("", "status 400: Bad Request"),
    (
      "<?xml version=\"1.0\"?><ErrorDetails><errors><code>INVALID_PARAMETER</code>"
        + "<message>Port is\n  out of range</message></errors></ErrorDetails>",
      "status 400: INVALID_PARAMETER: Port is out of range"
    ),
    (
      "<ErrorDetails><errors><code>A</code></errors><errors><message>b</message></errors>"
        + "</ErrorDetails>",
      "status 400: A; b"
    ),
    ("<ErrorDetails><message>alone</message></ErrorDetails>", "status 400: alone"),
    ("<ErrorDetails><errors/></ErrorDetails>", "status 400: Bad Request"),
    ("<ErrorDetails><errors>", "status 400: Bad Request"),
    (
      "{\"errors\":{\"code\":\"INVALID_PARAMETER\",\"message\":\"Port\"}}",
      "status 400: INVALID_PARAMETER: Port"
    ),
    ("{\"errors\":[{\"code\":\"A\"},{\"message\":\"b\"}]}", "status 400: A; b"),
    ("{\"errors\":{\"error\":[{\"code\":\"A\",\"message\":\"b\"}]}}", "status 400: A: b"),
    ("{\"ErrorDetails\":{\"errors\":{\"code\":\"A\"}}}", "status 400: A"),
    ("{\"message\":\"alone\"}", "status 400: alone"),
    ("{\"errors\":", "status 400: Bad Request"),
    ("[1]", "status 400: Bad Request"),
    (
      "<html><head><title>Error report</title></head><body><h1>HTTP Status 400</h1><PRE>\n"
        + "java.lang.<b>Exception</b>: &quot;x&quot; &lt;1&gt; &amp;lt;\n\tat line 2\n</PRE>",
      "status 400: java.lang.Exception: \"x\" <1> &lt;"
    ),
    (
      "<!doctype html><html><head><title>HTTP Status 400 – Bad\tRequest</title></head></html>",
      "status 400: Bad Request"
    ),
    ("<html><h1>Only this</h1></html>", "status 400: Only this"),
    ("<html><pre> \n </pre><title>T</title></html>", "status 400: T"),
    ("<html>nothing", "status 400: Bad Request"),
  ])
  func `the server's message is found in every kind of body`(body: String, sentence: String) {
    #expect(
      ExchangeOutcome.classify(.success(.body(body, status: 400)), now: 0)
        == .refused(Refusal(status: 400, sentence: sentence)))
  }

  @Test func `plain text is a message only with the content type text/plain`() {
    let plain = HTTPResponse.body("No\u{7}way\r\n", status: 400, type: "text/plain; charset=utf-8")
    #expect(
      ExchangeOutcome.classify(.success(plain), now: 0)
        == .refused(Refusal(status: 400, sentence: "status 400: No way")))
  }

  @Test func `a long message is truncated`() {
    let long = String(repeating: "x", count: 1_000)
    let response = HTTPResponse.body("{\"message\":\"\(long)\"}", status: 400)
    let cut = String(repeating: "x", count: 300)
    #expect(
      ExchangeOutcome.classify(.success(response), now: 0)
        == .refused(Refusal(status: 400, sentence: "status 400: \(cut)…")))
  }
}

extension ExchangeOutcome {
  var category: ExchangeOutcomeTests.Category {
    switch self {
    case .done: .done
    case .refused: .refused
    case .notProcessed: .notProcessed
    case .unknown: .unknown
    case .unauthorized: .unauthorized
    case .blocked: .blocked
    }
  }
}
