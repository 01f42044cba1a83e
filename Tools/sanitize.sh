#!/usr/bin/env bash
# Runs the transfer loop's tests under AddressSanitizer and under ThreadSanitizer: Tools/sanitize.sh [address thread]
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
let package = Package(
  name: "cupibulk",
  targets: [
    door("CCurl", pkgConfig: "libcurl", package: "libcurl4-openssl-dev"),
    door("CGnuTLS", pkgConfig: "gnutls", package: "libgnutls28-dev"),
    module("HTTPMessages"),
    module("HTTPTransfers", ["HTTPMessages", "CCurl", "CGnuTLS"]),
    .systemLibrary(name: "CSpawn", path: "Tests/CSpawn"),
    .target(
      name: "TestSupport", dependencies: ["CSpawn"], path: "Tests/TestSupport",
      swiftSettings: settings),
    tests(
      "HTTPTransfersTests",
      ["HTTPTransfers", "HTTPMessages", "TestSupport", "CCurl"]
        + (Context.environment["SANITIZER"] == "thread" ? ["MutexDoor"] : [])),
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
  echo "The transfer loop's tests under the $sanitizer sanitizer:"
  SANITIZER=$sanitizer swift test --package-path "$package" --scratch-path "$package/.build-$sanitizer" \
    --sanitize "$sanitizer" --disable-xctest
done
