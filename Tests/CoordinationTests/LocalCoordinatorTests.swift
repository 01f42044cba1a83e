// Which processes are active, have ended, or have an unknown state.

import Glibc
import PortGroupModel
import Testing

@testable import Coordination

@Suite struct LocalCoordinatorTests {
  private let coordinator = LocalCoordinator()

  @Test func `this process is active, and one with its number but another start has ended`() {
    let own = coordinator.owner
    #expect(coordinator.state(of: own) == .working)
    let dead = RunOwner(pid: own.pid, start: own.start + "0", namespace: own.namespace)
    #expect(coordinator.state(of: dead) == .ended)
  }

  @Test func `the state of a process of another machine or container is unknown`() {
    let own = coordinator.owner
    for unknown in [
      RunOwner(pid: own.pid, start: own.start + "0", namespace: "pid:[1]"),
      RunOwner(pid: own.pid, start: own.start + "0"),
      RunOwner(pid: own.pid, start: "another boot/1", namespace: own.namespace),
      // Its number belongs to another process here.
      RunOwner(pid: own.pid, start: own.start, namespace: "pid:[1]"),
      .nobody,
    ] {
      #expect(coordinator.state(of: unknown) == .unknown)
    }
  }

  @Test func `a process of an earlier version is active although its namespace was not recorded`() {
    let own = coordinator.owner
    #expect(coordinator.state(of: RunOwner(pid: own.pid, start: own.start)) == .working)
  }

  @Test func `moments of one boot can be measured`() {
    let first = Moment.now()
    let second = Moment.now()
    #expect(!first.boot.isEmpty)
    #expect(second.elapsed(since: first).map { $0 >= .zero } == true)
    #expect(first.elapsed(since: Moment(date: first.date)) == nil)
  }

  @Test func `a process that has ended and was not collected yet is not at work`() async throws {
    var pid = pid_t()
    var arguments = unsafe [strdup("true"), nil]
    let status = unsafe posix_spawn(&pid, "/bin/true", nil, nil, &arguments, environ)
    unsafe free(arguments[0])
    #expect(status == 0)
    // It stays a zombie until it is collected below.
    while ProcessIdentity.running(Int(pid)) != nil { await Task.yield() }
    let collected = waitpid(pid, nil, WNOHANG)
    #expect(collected == pid)
  }
}
