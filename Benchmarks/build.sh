#!/usr/bin/env bash
# Builds what `make bench` and `make bench-push` measure: our programs as they are shipped, and the peers, in .build/bench.
set -euo pipefail
cd "$(dirname "$0")/.."

out=.build/bench
mkdir -p "$out"
Tools/build.sh cupibulk
Tools/build.sh FileBenchmark

read -ra cflags < <(pkg-config --cflags libxml-2.0)
read -ra libs < <(pkg-config --libs libxml-2.0)
cc -O2 "${cflags[@]}" Benchmarks/peers/sax.c "${libs[@]}" -o "$out/sax"

# What is missing is named in the results as not measured.
cc -O2 Benchmarks/peers/yajl.c -lyajl -o "$out/yajl" 2>/dev/null ||
  echo "YAJL is missing: apt-get install libyajl-dev" >&2

if [[ ! -d /usr/share/cargo/registry ]]; then
  echo "rust-csv is missing: apt-get install librust-csv-dev" >&2
else
  target=$PWD/$out/rust
  (cd Benchmarks/peers/rust-csv && cargo build --release --quiet --target-dir "$target")
fi

read -ra cflags < <(pkg-config --cflags libcurl sqlite3)
read -ra libs < <(pkg-config --libs libcurl sqlite3)
if [[ ! -e /usr/include/csv.h ]]; then
  echo "libcsv is missing: apt-get install libcsv-dev" >&2
else
  cc -O2 "${cflags[@]}" Benchmarks/reference/push.c -lcsv "${libs[@]}" -o "$out/push"
  cc -O2 "${cflags[@]}" Benchmarks/reference/stage.c -lcsv "${libs[@]}" -o "$out/stage"
fi

command -v nginx >/dev/null || echo "nginx is missing: apt-get install nginx-light" >&2

# As a module, because pip's script contains the folder in which it was created.
[[ -x $out/venv/bin/python ]] || python3 -m venv "$out/venv"
for package in lxml aiohttp; do
  "$out/venv/bin/python" -c "import $package" 2>/dev/null ||
    "$out/venv/bin/python" -m pip install --quiet "$package" ||
    echo "$package is missing, and pip cannot get it" >&2
done
