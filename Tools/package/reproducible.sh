#!/usr/bin/env bash
# Builds the last commit in two folders whose paths differ in length, and compares program and package byte by byte.
# If they differ, it shows in which sections, and keeps both folders; with diffoscope it shows all.
set -euo pipefail
cd "$(dirname "$0")/../.."

base=$PWD/.build/reproducible
rm -rf "$base"
one=$base/a two=$base/a-folder/with/a-longer-path
for folder in "$one" "$two"; do
  git clone --quiet --no-hardlinks . "$folder"
  (cd "$folder" && Tools/build.sh cupibulk && Tools/package/deb.sh) || exit 1
done

status=0
compare() { # FILE: below both folders
  if cmp "$one/$1" "$two/$1"; then
    echo "equal: $1, $(sha256sum <"$one/$1" | cut -d' ' -f1)"
  else
    status=1
  fi
}
program=.build/release/cupibulk
package=$(cd "$one" && echo .build/packages/*.deb)
compare "$program"
compare "$package"
if [[ $status -eq 0 ]]; then
  rm -rf "$base"
  exit 0
fi

# The digests of the program's sections.
digests() { # FOLDER
  local section
  readelf --section-headers --wide "$1/$program" | sed -n 's/^ *\[ *[0-9]*\] \(\.*[a-z][^ ]*\) .*/\1/p' | while read -r section; do
    objcopy --dump-section "$section=$1/section" "$1/$program" "$1/copy" 2>/dev/null || continue
    echo "$section $(sha256sum <"$1/section" | cut -c 1-16)"
  done
}
echo "Sections of the program that differ:"
diff <(digests "$one") <(digests "$two") || true
if command -v diffoscope >/dev/null; then diffoscope "$one/$package" "$two/$package" || true; fi
echo "Both are kept, in $one and $two."
exit "$status"
