// Services by their names.

import PortGroupModel
import Testing

@Suite struct RemoteServiceTests {
  @Test(arguments: [
    ("SIP proxy", RemoteService.sipProxy), ("sip PROXY", .sipProxy), ("TFTP server", .tftp),
    ("tftp", .tftp), ("Call Manager", .callManager), ("speech recognition", .speechRecognition),
    ("sip", nil), ("", nil), ("server", nil), ("102", nil),
  ])
  func `a service can be given by its name`(word: String, service: RemoteService?) {
    #expect(RemoteService(word: word) == service)
  }

  @Test(arguments: RemoteService.allCases)
  func `every service can be given by its title`(service: RemoteService) {
    #expect(RemoteService(word: service.title) == service)
  }
}
