#!/usr/bin/env bash
# Runs the tests of the libraries over C under AddressSanitizer and under ThreadSanitizer: Tools/sanitize.sh [address thread]
#
# The sanitizers need a separate build, so only the modules that these tests use are built: as a package in
# .build/sanitize, with links to the same sources and with the settings of Package.swift.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

sanitizers=("$@")
[[ ${#sanitizers[@]} -gt 0 ]] || sanitizers=(address thread)

package=.build/sanitize
mkdir -p "$package"
ln -sfn "$root/Sources" "$package/Sources"
ln -sfn "$root/Tests" "$package/Tests"
ln -sfn "$root/Tools" "$package/Tools"
# The manifest is copied up to the list of targets.
sed '/^let package = Package(/,$d' Package.swift >"$package/Package.swift.new"
cat >>"$package/Package.swift.new" <<'MANIFEST'
let isThread = Context.environment["SANITIZER"] == "thread"

func sanitized(_ name: String, _ dependencies: [String]) -> Target {
  tests(name, dependencies + (isThread ? ["MutexDoor"] : []))
}

let package = Package(
  name: "cupibulk",
  targets: libraries + [
    .target(
      name: "TestSupport", dependencies: ["Bytes", "ChildProcesses"], path: "Tests/TestSupport",
      // They need the model, which is not built here.
      exclude: ["ConfigurationPair.swift", "ServerMaker.swift"], swiftSettings: settings),
    sanitized(
      "HTTPTransfersTests", ["HTTPTransfers", "HTTPMessages", "TestSupport", "CCurl"]),
    sanitized("SQLStoresTests", ["SQLStores", "TestSupport"]),
    sanitized("XMLStreamsTests", ["XMLStreams"]),
    sanitized("INIFilesTests", ["INIFiles"]),
    sanitized("CompressionTests", ["Compression", "TestSupport"]),
    .target(name: "MutexDoor", path: "Tools/sanitize"),
  ]
)
MANIFEST
# An unchanged manifest keeps the existing build.
cmp -s "$package/Package.swift.new" "$package/Package.swift" ||
  cp "$package/Package.swift.new" "$package/Package.swift"
rm "$package/Package.swift.new"

export ASAN_OPTIONS="detect_leaks=1:abort_on_error=0:exitcode=66"
export TSAN_OPTIONS="exitcode=66"
for sanitizer in "${sanitizers[@]}"; do
  echo "The tests of the libraries under the $sanitizer sanitizer:"
  SANITIZER=$sanitizer swift test --package-path "$package" --scratch-path "$package/.build-$sanitizer" \
    --sanitize "$sanitizer" --disable-xctest
done
