#!/usr/bin/env bash
# Checks what the compiler does not check: format, documentation, file sizes, imports, shell scripts.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0
complain() {
  echo "lint: $1" >&2
  failed=1
}

swift format lint --strict -r Package.swift Sources Tests Benchmarks ||
  complain "the format differs; 'swift format --in-place -r Package.swift Sources Tests Benchmarks' fixes most"

mapfile -t sources < <(find Sources Tests -name '*.swift' | sort)

# swift-format checks only public declarations.
undocumented=$(awk '
  FNR == 1 { before = "" }
  /^package (final class|struct|enum|indirect enum|protocol|actor|func) / && before !~ /^\/\/\// {
    print FILENAME ":" FNR ": " $0
  }
  !/^@/ { before = $0 }' "${sources[@]}")
if [[ -n "$undocumented" ]]; then
  echo "$undocumented" >&2
  complain "a package declaration needs a doc comment"
fi

tuples=$(grep -n 'withTaskGroup(of: (' "${sources[@]}" || true)
if [[ -n "$tuples" ]]; then
  echo "$tuples" >&2
  complain "a task's result is a struct: the optimizer loses tuples (decision 48)"
fi

long=$(wc -l "${sources[@]}" | awk '$1 > 400 && $2 != "total" { print $2 ": " $1 " lines" }')
if [[ -n "$long" ]]; then
  echo "$long" >&2
  complain "a file has at most 400 lines"
fi

# A declaration ends at the first closing bracket with its own indent that ends its line.
long=$(find Sources -name '*.swift' -exec awk '
  FNR == 1 { begin = 0 }
  { indent = match($0, /[^ ]/) }
  begin && indent == depth && /^ *[])}(]+$/ {
    if (FNR - begin >= 60) print FILENAME ":" begin ": " FNR - begin + 1 " lines"
    begin = 0
  }
  begin && indent && indent < depth { begin = 0 }
  !begin || indent == depth {
    if ($0 ~ /^ *(@[^ ]+ )*([a-z()]+ )*(func|init|deinit|subscript|var|let)[ (?<]/) {
      begin = FNR
      depth = indent
    }
  }' {} +)
if [[ -n "$long" ]]; then
  echo "$long" >&2
  complain "a function, property or table has at most 60 lines"
fi

Tools/imports.py >&2 || complain "imports and Package.swift differ"

if command -v shellcheck >/dev/null; then
  shellcheck Tools/*.sh Tools/package/*.sh Benchmarks/*.sh .ci/run || complain "shellcheck reports problems"
fi

exit "$failed"
