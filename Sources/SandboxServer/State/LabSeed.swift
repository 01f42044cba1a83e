/// The initial content, compiled into the program.
///
/// The sample files import into the first SIP group and the first SCCP group. For the two groups named
/// "Listing", the lists equal the API page's list examples. Hosts are in the private address ranges.
enum LabSeed {
  /// The SIP group of the API page's SIP proxy and TFTP examples.
  static let sipGroupID = "42ef5946-c5f2-4556-9897-6a4b6e116dfa"
  /// The SCCP group for the API page's call manager example.
  static let sccpGroupID = "5d0c7b1e-3a94-4c27-8f61-2b9e70d4a815"

  static let groups: [GroupRecord] = [
    headquarters(sipGroupID, "PhoneSystem-1 SIP", Integration.sip),
    headquarters(sccpGroupID, "PhoneSystem-1 SCCP", Integration.sccp),
    headquarters(
      "0a7f3c85-e1bd-405e-a0e2-9926fcdc5a37", "PhoneSystem-1 SIP Listing", Integration.sip),
    branch("74a008c0-bdc6-4e4b-a304-8a220a081990", "PhoneSystem-2 SIP Listing", Integration.sip),
    branch("c81f6a2d-97b0-4e55-b3c4-06d1f8e27a39", "PhoneSystem-2 SCCP", Integration.sccp),
    branch("e9b54d07-1c68-4f3a-9d82-7a05c3b6f14e", "PhoneSystem-2 PIMG", Integration.pimg),
  ]

  static let servers: [ServerRecord] = [
    ServerRecord(
      id: "1f0e6c52-88d3-4b7a-a1c9-5e2d90b7f301", groupID: sipGroupID, service: 102,
      host: "10.10.0.11", port: 5060, tlsPort: 5061, precedence: 0),
    ServerRecord(
      id: "1f0e6c52-88d3-4b7a-a1c9-5e2d90b7f302", groupID: sipGroupID, service: 102,
      host: "10.10.0.12", port: 5060, tlsPort: 5061, precedence: 1),
    ServerRecord(
      id: "1f0e6c52-88d3-4b7a-a1c9-5e2d90b7f303", groupID: sccpGroupID, service: 100,
      host: "cucm-pub.lab.example", port: 2000, tlsPort: 2443, precedence: 0,
      skinnyStateMachine: 10),
    ServerRecord(
      id: "1f0e6c52-88d3-4b7a-a1c9-5e2d90b7f304", groupID: sccpGroupID, service: 100,
      host: "cucm-sub1.lab.example", port: 2000, tlsPort: 2443, precedence: 1,
      skinnyStateMachine: 10),
    ServerRecord(
      id: "1f0e6c52-88d3-4b7a-a1c9-5e2d90b7f305", groupID: sccpGroupID, service: 101,
      host: "cucm-pub.lab.example", precedence: 0),
    ServerRecord(
      id: "e3e412c3-16fc-4922-b863-c2e365c08350", groupID: "0a7f3c85-e1bd-405e-a0e2-9926fcdc5a37",
      service: 102, host: "10.76.214.56", port: 5060, tlsPort: 5061, precedence: 0),
    ServerRecord(
      id: "a05577f7-9769-4216-96d2-f9ea2f1721f7", groupID: "74a008c0-bdc6-4e4b-a304-8a220a081990",
      service: 102, host: "10.78.171.145", port: 5060, tlsPort: 5061, precedence: 0),
    ServerRecord(
      id: "1f0e6c52-88d3-4b7a-a1c9-5e2d90b7f306", groupID: "c81f6a2d-97b0-4e55-b3c4-06d1f8e27a39",
      service: 100, host: "10.20.0.21", hostV6: "fd00:20::21", port: 2000, tlsPort: 2443,
      precedence: 0, skinnyStateMachine: 20),
    ServerRecord(
      id: "1f0e6c52-88d3-4b7a-a1c9-5e2d90b7f307", groupID: "e9b54d07-1c68-4f3a-9d82-7a05c3b6f14e",
      service: 104, host: "10.20.0.31", port: 5060, tlsPort: 5061, precedence: 0),
  ]

  /// The phone system of groups that are loaded without one.
  static let phoneSystemID = "2b7d1a60-54ce-4d19-8e33-90a4f6c1d201"
  static let phoneSystemName = "PhoneSystem-1"

  private static func headquarters(_ id: String, _ name: String, _ integration: Int) -> GroupRecord
  {
    GroupRecord(
      id: id, displayName: name, integration: integration, phoneSystemID: phoneSystemID,
      phoneSystemName: phoneSystemName)
  }

  private static func branch(_ id: String, _ name: String, _ integration: Int) -> GroupRecord {
    GroupRecord(
      id: id, displayName: name, integration: integration,
      phoneSystemID: "2b7d1a60-54ce-4d19-8e33-90a4f6c1d202", phoneSystemName: "PhoneSystem-2")
  }
}
