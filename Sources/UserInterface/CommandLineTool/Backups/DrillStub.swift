import BatchEngine
struct DrillResult: Sendable { var isPassed = true; var stop: RunStop? }
