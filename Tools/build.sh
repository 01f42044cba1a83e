#!/usr/bin/env bash
# Builds PRODUCT for release in .build/release: with Swift's libraries, without dead code, with few page faults at the start.
set -euo pipefail
cd "$(dirname "$0")/.."

flags=(
  # Neither paths of this folder are in the program, nor those of a module cache, nor digests of code with such paths: builds in
  # two folders are equal (decision 58).
  -Xswiftc -file-prefix-map -Xswiftc "$PWD=." -Xcc "-ffile-prefix-map=$PWD=."
  -Xswiftc -Xfrontend -Xswiftc -no-clang-module-breadcrumbs
  -Xswiftc -Xfrontend -Xswiftc -disable-incremental-llvm-codegen
  -Xswiftc -use-ld=lld
  # Relocations take an eighth of the space, and are not read one by one (glibc 2.36 or later).
  -Xlinker -z -Xlinker pack-relative-relocs
  # Equal functions are merged; nothing is exported, because no loaded library could use it.
  -Xlinker --icf=safe -Xlinker --no-export-dynamic
)

# What the program is built from, for `version`. It is empty without git, as in an unpacked archive, which may be inside
# of another repository; a packager may set the variables.
if [[ -z "${CUPIBULK_BUILD_COMMIT:-}" && "$(git rev-parse --show-toplevel 2>/dev/null)" == "$(pwd -P)" ]]; then
  CUPIBULK_BUILD_COMMIT=$(git rev-parse --verify --quiet HEAD || true)
  CUPIBULK_BUILD_DATE=$(TZ=UTC0 git log -1 --format=%cd --date=format-local:%Y-%m-%dT%H:%M:%SZ 2>/dev/null || true)
  changes=$(git status --porcelain -- Package.swift Sources Tools/build.sh)
  CUPIBULK_BUILD_DIRTY=${CUPIBULK_BUILD_COMMIT:+$([[ -z "$changes" ]] && echo 0 || echo 1)}
fi
CUPIBULK_BUILD_SWIFT=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p')
export CUPIBULK_BUILD_COMMIT CUPIBULK_BUILD_DATE CUPIBULK_BUILD_DIRTY CUPIBULK_BUILD_SWIFT
swift build -c release --static-swift-stdlib "${flags[@]}" --product "${1:?name a product}"
