// Converts the options of `cupibulk sandbox` to the behavior of the sandbox.

import SandboxServer

extension SandboxConfiguration {
  /// The documented behavior, with the changes that the options contain.
  init(_ arguments: ParsedArguments) throws(UsageError) {
    self = .documented
    username = try arguments.text(.accountName)
    version = try arguments.text(.serverVersion)
    let tokenAge = try arguments.duration(.tokenAge)
    tokenLifetime = tokenAge == .zero ? nil : tokenAge
    throttle = SandboxThrottle(
      slots: try Self.limit(.serverSlots, arguments),
      queueLength: try arguments.number(.queueLength),
      drain: try arguments.duration(.queueDrain),
      loginsInOneSecond: try Self.limit(.loginLimit, arguments))
    habits = try SandboxHabits(arguments)
    faults = try Self.faults(arguments)
  }

  /// A limit; 0 means none.
  private static func limit(
    _ option: Option, _ arguments: ParsedArguments
  ) throws(UsageError) -> Int? {
    let number = try arguments.number(option)
    return number == 0 ? nil : number
  }

  private static func faults(_ arguments: ParsedArguments) throws(UsageError) -> SandboxFaults {
    let text = arguments.texts(.fault).joined(separator: ",")
    let seed = UInt64(try arguments.number(.seed))
    do throws(FaultTextError) {
      return try SandboxFaults(parsing: text, seed: seed)
    } catch {
      throw UsageError(
        .badValue(source: Option.fault.flag, value: text, complaint: "\(error)"),
        of: arguments.path)
    }
  }
}

extension SandboxHabits {
  fileprivate init(_ arguments: ParsedArguments) throws(UsageError) {
    self.init()
    unique = try arguments.choice(.unique)
    lastServer = try arguments.choice(.lastServer)
    largestPort = Int(try arguments.text(.ports)) ?? largestPort
    defaultPorts = try arguments.choice(.defaultPorts)
    defaultPrecedence = try arguments.choice(.defaultPrecedence)
    hostCase = try arguments.choice(.hostCase)
    createdURI = try arguments.choice(.createdURI)
    createdTFTP = try arguments.choice(.createdTFTP)
    location = try arguments.choice(.location)
    unknownID = try arguments.choice(.unknownID)
    pageSize = try arguments.number(.pageSize)
  }
}
