#!/usr/bin/env bash
# Checks the package of the release build, and make install: Tools/package/check.sh
# RECORD=1 records the expected contents of the package again, and fails once.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
  echo "package: $1" >&2
  exit 1
}

package=$(Tools/package/deb.sh)
cp "$package" "$work/first.deb"
(umask 077 && TMPDIR=$work Tools/package/deb.sh >/dev/null)
cmp "$work/first.deb" "$package" || fail "two packages of one build differ"

# The version is that of the sources; a release build of other sources is not packaged by mistake.
version=$(sed -n 's/.*package static let version = "\(.*\)"/\1/p' Sources/UserInterface/CommandLineTool/Tool.swift)
[[ $(dpkg-deb -f "$package" Version) == "$version" ]] || fail "the package's version is not $version, that of Tool.swift"

# Mode, owner and path of each file and folder.
dpkg-deb --contents "$package" | awk '{ print $1, $2, $6 }' >"$work/contents"
expected=Tools/package/contents.txt
if [[ ${RECORD:-} == 1 ]]; then
  cp "$work/contents" "$expected"
  fail "recorded $expected; check the difference, and run this again without RECORD"
fi
diff -u "$expected" "$work/contents" ||
  fail "the contents differ from $expected; after an intended change: RECORD=1 make package-check"

dpkg-deb --raw-extract "$package" "$work/tree"
(cd "$work/tree" && md5sum --quiet --check DEBIAN/md5sums) || fail "the list of digests is wrong"
[[ $(wc -l <"$work/tree/DEBIAN/md5sums") -eq $(find "$work/tree/usr" -type f | wc -l) ]] || fail "files without a digest"
[[ -z $(find "$work/tree/DEBIAN" -type f ! -name control ! -name md5sums) ]] || fail "there is a maintainer script"
! grep -rq "$PWD" "$work/tree/usr" || fail "a file has the path of the folder that it was built in: $PWD"

# The links of the documents lead to what is installed.
while IFS=: read -r file link; do
  [[ $link == *https ]] || [[ -e ${file%/*}/${link#\](} ]] || fail "${file#"$work/tree"} links to ${link#\](}, which is not installed"
done < <(grep -rHoE '\]\([^)#: ]+' --include='*.md' "$work/tree/usr/share/doc/cupibulk")

# Root runs it, too: nothing here is a secret, and lintian writes only temporary files.
lintian --allow-root --fail-on error,warning "$package" || fail "lintian has complaints"

# What the program loads is on the page of linked libraries, and the package depends on nothing else.
awk -F '`' '/^\| `lib/ { print $2, $4 }' docs/linked.md | sort >"$work/documented"
readelf -d .build/release/cupibulk | sed -n 's/.*(NEEDED).*\[\(lib.*\)\]/\1/p' | sort >"$work/loaded"
diff -u "$work/loaded" <(cut -d' ' -f1 "$work/documented") || fail "docs/linked.md lists other libraries than the program loads"
dpkg-deb -f "$package" Depends | tr ',' '\n' | awk '{ print $1 }' | sort -u >"$work/depends"
diff -u "$work/depends" <(cut -d' ' -f2 "$work/documented" | sort -u) || fail "docs/linked.md lists other packages than Depends"

Tools/package/install-test.sh
echo "package: $package is as expected"
