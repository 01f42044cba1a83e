#!/usr/bin/env bash
# Builds the Debian package of the release build, .build/packages/cupibulk_VERSION_ARCHITECTURE.deb, and prints its path.
# It has no maintainer scripts: nothing has to be done after the files are there. It has no files in /etc: a targets.ini
# there limits what users may do, so it belongs to the administrator alone (an example is among the templates).
set -euo pipefail
umask 022
cd "$(dirname "$0")/../.."

program=.build/release/cupibulk
# From the program itself, so that package and program cannot disagree.
version=$("$program" --version | sed -n '1s/^cupibulk \([^ ]*\).*/\1/p')
architecture=$(dpkg --print-architecture)
# Whoever builds a package answers for it: the variables of Debian's tools, or the author of the commit.
maintainer=$(GIT_CEILING_DIRECTORIES=${PWD%/*} git log -1 --format='%an <%ae>' 2>/dev/null || true)
if [[ -n ${DEBEMAIL:-} ]]; then maintainer="${DEBFULLNAME:-$DEBEMAIL} <$DEBEMAIL>"; fi
if [[ -z $maintainer ]]; then
  echo "deb: without git, set DEBFULLNAME and DEBEMAIL to the name and address of whoever builds the package" >&2
  exit 1
fi
SOURCE_DATE_EPOCH=$(Tools/package/moment.sh)
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
Tools/package/stage.sh "$program" "$tree" /usr

# Programs such as apt-listchanges read this form; the changes themselves are Markdown.
install -m 0644 /dev/stdin "$tree/usr/share/doc/cupibulk/changelog.gz" < <(gzip -9n <<CHANGELOG
cupibulk ($version) unstable; urgency=medium

  * CHANGELOG.md in this folder has the changes.

 -- $maintainer  $(LC_ALL=C date --utc --rfc-email --date="@$SOURCE_DATE_EPOCH")
CHANGELOG
)
# Which packages have the libraries, in which versions. The tool insists on the control file of a source package.
install -D -m 0644 /dev/stdin "$work/debian/control" <<<"Source: cupibulk"
depends=$(cd "$work" && dpkg-shlibdeps -O tree/usr/bin/cupibulk 2>"$work/messages") || {
  cat "$work/messages" >&2
  exit 1
}
depends=${depends#shlibs:Depends=}
# The tool sees symbols only, and not that packed relocations need a newer loader (Tools/build.sh).
libc=$(sed -n 's/.*libc6 (>= \([^)]*\)).*/\1/p' <<<"$depends")
if dpkg --compare-versions "$libc" lt 2.36; then depends=${depends/"libc6 (>= $libc)"/libc6 (>= 2.36)}; fi

mkdir "$tree/DEBIAN"
(cd "$tree" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
# As dpkg-gencontrol counts: each file in whole KiB, and one for each folder, whatever the file system takes.
size=$(find "$tree/usr" -type f -printf '%s\n' -o -printf '1\n' | awk '{ size += int(($1 + 1023) / 1024) } END { print size }')
cat >"$tree/DEBIAN/control" <<CONTROL
Package: cupibulk
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $size
Depends: $depends
Recommends: ca-certificates
Suggests: bash-completion, less, systemd
Section: net
Priority: optional
Description: bulk changes and backups of port groups of Cisco Unity Connection
 cupibulk changes, backs up and restores the port group servers of Cisco Unity
 Connection in bulk: the SIP proxies, TFTP servers and call managers that its
 port groups use.
 .
 It reads CSV, XML and JSON files, checks all rows before anything is sent,
 sends them over the CUPI REST API, reads back what the server stored, and
 records the result of every row. A run can be resumed and undone. A sandbox
 takes the place of a server for rehearsals.
CONTROL

# One thread, because the number of threads changes how xz divides the data.
package=.build/packages/cupibulk_${version}_$architecture.deb
mkdir -p "${package%/*}"
dpkg-deb --root-owner-group -Zxz --threads-max=1 --build "$tree" "$work/package.deb" >/dev/null
mv "$work/package.deb" "$package"
echo "$package"
