#!/usr/bin/env bash
# Builds PRODUCT as it is shipped, in .build/release: Swift's libraries inside, no dead code, few pages touched at the start.
set -euo pipefail
cd "$(dirname "$0")/.."

link=(
  -Xswiftc -use-ld=lld
  # Relocations take an eighth of the room, and are not read one by one (glibc 2.36 or later).
  -Xlinker -z -Xlinker pack-relative-relocs
  # Equal functions once; nothing is exported, as nothing is loaded that could use it.
  -Xlinker --icf=safe -Xlinker --no-export-dynamic
)
swift build -c release --static-swift-stdlib "${link[@]}" --product "${1:?name a product}"
