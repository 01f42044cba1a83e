package struct RetentionPolicy: Codable, Sendable, Equatable { package init() {} }
