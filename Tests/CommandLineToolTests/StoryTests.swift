import CommandLineTool
import Testing

/// What a quiet command keeps to show after a failure.
@Suite struct StoryTests {
  private func story(_ lines: Int, limit: Int) -> String {
    let story = Story(limit: limit)
    for number in 1...lines { story.add(Array("line \(number)\n".utf8)) }
    return story.text
  }

  @Test func `a short story is kept as it is`() {
    #expect(story(3, limit: 256 << 10) == "line 1\nline 2\nline 3\n")
    #expect(Story().text == "")
  }

  @Test func `of a long story the first and the last whole lines are kept`() {
    #expect(
      story(1_000, limit: 20) == """
        line 1
        line 2
        … (8,860 bytes of the middle are left out)
        line 999
        line 1000

        """)
  }

  @Test func `a story without a line end is bounded, too`() {
    let story = Story(limit: 10)
    for _ in 0..<1_000 { story.add(Array("xyz".utf8)) }
    #expect(story.text.utf8.count < 100)
  }
}
