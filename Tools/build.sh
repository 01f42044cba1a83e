#!/usr/bin/env bash
# Builds PRODUCT for release in .build/release: with Swift's libraries, without dead code, with few page faults at the start.
set -euo pipefail
cd "$(dirname "$0")/.."

link=(
  -Xswiftc -use-ld=lld
  # Relocations take an eighth of the space, and are not read one by one (glibc 2.36 or later).
  -Xlinker -z -Xlinker pack-relative-relocs
  # Equal functions are merged; nothing is exported, because no loaded library could use it.
  -Xlinker --icf=safe -Xlinker --no-export-dynamic
)
swift build -c release --static-swift-stdlib "${link[@]}" --product "${1:?name a product}"
