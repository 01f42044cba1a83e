import SQLStores

/// A record that is returned in lists and as a single object.
protocol ShownRecord: Equatable, Sendable {
  /// The XML element and JSON key of one record, such as `PortGroup`.
  static var typeName: String { get }
  /// The XML root element of a list.
  static var listName: String { get }
  var resource: Resource { get }
}

/// A list of records of one type.
struct Catalog<Record: ShownRecord>: Sendable {
  var table: String
  /// The selected columns, in the order in which `read` takes them.
  var columns: String
  /// The SQL expression of each column that can be queried and sorted by; keys are names in lower case.
  var queryColumns: [String: String]
  /// The id of the group that all records belong to; `nil` if they belong to no group.
  var groupID: String?
  var read: @Sendable (inout ColumnReader) -> Record
}

extension Catalog<PhoneSystemRecord> {
  static var phoneSystems: Self {
    Catalog(
      table: "phone_system", columns: "id, display_name",
      queryColumns: ["objectid": "id", "displayname": "display_name"]
    ) { row in PhoneSystemRecord(id: row.text(), displayName: row.text()) }
  }
}

extension Catalog<TemplateRecord> {
  static var templates: Self {
    Catalog(
      table: "port_group_template", columns: "id, description, integration",
      queryColumns: [
        "objectid": "id", "templatedescriptiondefault": "description",
        "copytelephonyintegrationmethodenum": "integration",
      ]
    ) { row in
      TemplateRecord(id: row.text(), description: row.text(), integration: row.integer())
    }
  }
}

extension Catalog<GroupRecord> {
  static var groups: Self {
    Catalog(
      table: "port_group",
      columns:
        "id, display_name, integration, phone_system_id, phone_system_name, reset_status, settings",
      queryColumns: [
        "objectid": "id", "displayname": "display_name", "mediaswitchobjectid": "phone_system_id",
        "mediaswitchdisplayname": "phone_system_name",
        "telephonyintegrationmethodenum": "integration", "resetstatusenum": "reset_status",
        // Queries write Boolean values as 1 and 0 (reference CUPI.md §3.1).
        "enablemwi":
          "CASE json_extract(settings, '$.EnableMWI') WHEN 'false' THEN '0' ELSE '1' END",
      ]
    ) { row in
      GroupRecord(
        id: row.text(), displayName: row.text(), integration: row.integer(),
        phoneSystemID: row.text(), phoneSystemName: row.text(), resetStatus: row.integer(),
        settings: GroupSettings(json: row.text()))
    }
  }
}

extension Catalog<ServerRecord> {
  static func servers(of groupID: String) -> Self {
    Catalog(
      table: "port_group_server",
      columns: """
        id, group_id, service, host, host_v6, port, tls_port, precedence, skinny_state_machine
        """,
      queryColumns: [
        "objectid": "id", "mediaremoteserviceenum": "service", "hostoripaddress": "host",
        "hostoripaddressv6": "host_v6", "port": "port", "tlsport": "tls_port",
        "precedence": "precedence",
      ], groupID: groupID
    ) { row in
      ServerRecord(
        id: row.text(), groupID: row.text(), service: row.integer(), host: row.text(),
        hostV6: row.text(), port: row.optionalInteger(), tlsPort: row.optionalInteger(),
        precedence: row.integer(), skinnyStateMachine: row.optionalInteger())
    }
  }
}
