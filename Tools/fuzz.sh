#!/usr/bin/env bash
# Runs libFuzzer with AddressSanitizer on all code that reads external bytes: Tools/fuzz.sh SECONDS [HARNESS…]
#
# The harnesses run one after another, SECONDS each; a line with the count of runs is printed for each.
# It builds without Package.swift, which must not have unsafe flags. New inputs are kept in .build/fuzz; inputs
# that fail are named, and belong in Fuzzing/seeds once fixed.
set -euo pipefail
cd "$(dirname "$0")/.."

all=(csv xml json headers cookies dates errors wire-xml wire-json ledger ini)
seconds=${1:-60}
shift || true
harnesses=("$@")
[[ ${#harnesses[@]} -gt 0 ]] || harnesses=("${all[@]}")
for harness in "${harnesses[@]}"; do
  [[ " ${all[*]} " == *" $harness "* ]] || { echo "fuzz: no harness $harness; there are ${all[*]}" >&2; exit 2; }
done

out=.build/fuzz
mkdir -p "$out"
packages=(inih libcurl gnutls libxml-2.0 sqlite3 zlib)
read -ra cflags < <(pkg-config --cflags "${packages[@]}")
read -ra libs < <(pkg-config --libs "${packages[@]}")
flags=(-O -g -swift-version 6 -package-name cupibulk "-sanitize=address,fuzzer" -parse-as-library
  -enable-testing -I "$out")
for door in CCurl CGnuTLS CInih CLibXML CSQLite CUnistring CZlib; do
  flags+=(-Xcc "-fmodule-map-file=Sources/CLibraries/$door/module.modulemap")
done
for feature in ExistentialAny InternalImportsByDefault MemberImportVisibility \
  NonisolatedNonsendingByDefault InferIsolatedConformances ImmutableWeakCaptures; do
  flags+=(-enable-upcoming-feature "$feature")
done
for flag in "${cflags[@]}"; do flags+=(-Xcc "$flag"); done

# The modules that the harnesses use, lowest first, as in Package.swift; from the first changed module on, all
# are compiled again.
objects=()
for module in Bytes Digests Threads INIFiles UnicodeForms Compression HTTPMessages HTTPTransfers SQLStores XMLStreams JSONStreams PortGroupModel \
  BulkFiles UnityConnection RowLedger; do
  folder=$(echo Sources/*/"$module")
  object=$out/$module.o
  # The modules below it are also inputs, because a run may have been stopped between two modules.
  inputs=("$folder" Sources/CLibraries Tools/fuzz.sh "${objects[@]}")
  objects+=("$object")
  [[ ! -f $object || -n $(find "${inputs[@]}" -newer "$object") ]] || continue
  mapfile -t sources < <(find "$folder" -name '*.swift' | sort)
  swiftc "${flags[@]}" -wmo -module-name "$module" -emit-module -emit-module-path "$out/$module.swiftmodule" \
    -c "${sources[@]}" -o "$object"
done
swiftc "${flags[@]}" -wmo -module-name Fuzzing -emit-module -emit-module-path "$out/Fuzzing.swiftmodule" \
  -c Fuzzing/*.swift -o "$out/Fuzzing.o"
swiftc "${flags[@]}" "$out/Fuzzing.o" "${objects[@]}" "${libs[@]}" -lunistring -o "$out/fuzz" \
  2> >(grep -v 'Cannot export local symbol' >&2)

# libFuzzer reports a failure; Swift's own report would follow it.
export SWIFT_BACKTRACE=enable=no
status=0
for harness in "${harnesses[@]}"; do
  ln -sf fuzz "$out/fuzz-$harness"
  mkdir -p "$out/corpus-$harness"
  verdict="nothing found"
  # The limits for one input: 25 seconds, because a busy machine may pause, and 512 MB including the
  # sanitizer's memory.
  "$out/fuzz-$harness" "$out/corpus-$harness" "Fuzzing/seeds/$harness" -max_total_time="$seconds" \
    -timeout=25 -rss_limit_mb=1024 -max_len=4096 -print_final_stats=1 \
    -artifact_prefix="$out/$harness-" 2>"$out/$harness.log" || verdict="FAILED, see $out/$harness.log"
  [[ $verdict == nothing* ]] || status=1
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$harness.log")
  input=$(sed -n 's/.*Test unit written to /, input /p' "$out/$harness.log")
  printf '%-10s %12s runs, %s%s\n' "$harness" "${runs:-0}" "$verdict" "$input"
done
exit "$status"
