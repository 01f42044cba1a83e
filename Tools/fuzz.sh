#!/usr/bin/env bash
# Runs libFuzzer on the readers, under AddressSanitizer: Tools/fuzz.sh SECONDS [csv xml json]
#
# It builds apart from Package.swift, which keeps no unsafe flags. New inputs stay in .build/fuzz; those that
# break something are named at the end, and belong into Fuzzing/seeds once mended.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true
formats=("$@")
[[ ${#formats[@]} -gt 0 ]] || formats=(csv xml json)

out=.build/fuzz
mkdir -p "$out"
read -ra cflags < <(pkg-config --cflags libxml-2.0 zlib)
read -ra libs < <(pkg-config --libs libxml-2.0 zlib)
flags=(-O -g -swift-version 6 -package-name cupibulk "-sanitize=address,fuzzer" -parse-as-library
  -I "$out" -Xcc "-fmodule-map-file=Sources/CLibXML/module.modulemap"
  -Xcc "-fmodule-map-file=Sources/CZlib/module.modulemap")
for feature in ExistentialAny InternalImportsByDefault MemberImportVisibility \
  NonisolatedNonsendingByDefault InferIsolatedConformances ImmutableWeakCaptures; do
  flags+=(-enable-upcoming-feature "$feature")
done
for flag in "${cflags[@]}"; do flags+=(-Xcc "$flag"); done

objects=()
for module in XMLStreams JSONStreams BulkFiles; do
  mapfile -t sources < <(find "Sources/$module" -name '*.swift' | sort)
  swiftc "${flags[@]}" -wmo -module-name "$module" -emit-module -emit-module-path "$out/$module.swiftmodule" \
    -c "${sources[@]}" -o "$out/$module.o"
  objects+=("$out/$module.o")
done

status=0
for format in "${formats[@]}"; do
  swiftc "${flags[@]}" -D "FUZZ_${format^^}" -module-name Fuzzing Fuzzing/Harness.swift "${objects[@]}" \
    "${libs[@]}" -o "$out/fuzz-$format" 2> >(grep -v 'Cannot export local symbol' >&2)
  mkdir -p "$out/corpus-$format"
  # What one input may take: 5 seconds, and 512 MB with the sanitizer's own.
  "$out/fuzz-$format" "$out/corpus-$format" "Fuzzing/seeds/$format" -max_total_time="$seconds" \
    -timeout=5 -rss_limit_mb=1024 -max_len=4096 -print_final_stats=1 \
    -artifact_prefix="$out/$format-" 2>"$out/$format.log" || status=1
  tail -n 12 "$out/$format.log"
done
exit "$status"
