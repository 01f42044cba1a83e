#!/usr/bin/env bash
# Tests the package in a new Debian of this machine's release: make package-test. Only root can make and enter one.
# The new Debian is kept as an archive in .build for the day; it is unpacked for each test, and removed afterwards.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() {
  echo "package-test: $1" >&2
  exit 1
}
[[ $(id -u) -eq 0 ]] || fail "this needs root, because it installs a Debian in a folder, and enters it"

# shellcheck disable=SC1091 # It is the system's.
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
# The mirrors that this machine uses itself, for the new Debian too.
# shellcheck disable=SC2016 # apt fills in the names.
sources=$(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
  "Created-By: Packages" "Origin: Debian" "Component: main")
mirror=$(awk -v suite="$suite" '$3 == suite { print $2; exit }' <<<"$sources")
[[ -n $mirror ]] || fail "apt has no mirror of Debian $suite; is this Debian, and has apt-get update been run?"

package=$(Tools/package/deb.sh)
debian=$(mktemp -d "$PWD/.build/debian.XXXXXX")
child=
# shellcheck disable=SC2317 # The trap calls it.
cleanup() {
  # Its processes end and its mounts vanish with it.
  if [[ -n $child ]]; then
    kill -KILL "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  rm -rf "$debian" "$debian.log"
}
trap cleanup EXIT
trap 'exit 143' TERM HUP
trap 'exit 130' INT

archive=.build/debian-$suite-$(date +%F).tar
if [[ -f $archive ]]; then
  tar -xf "$archive" -C "$debian"
else
  rm -f .build/debian-*.tar
  echo "Making a new Debian $suite ..."
  # It mounts, too.
  unshare --mount debootstrap --variant=minbase "$suite" "$debian" "$mirror" >"$debian.log" 2>&1 || {
    tail -n 20 "$debian.log" >&2
    fail "debootstrap failed"
  }
  # Its users enter it, too.
  chmod 0755 "$debian"
  echo "$sources" >"$debian/etc/apt/sources.list"
  # How this machine reaches the mirrors: proxies, limits, the ages that are allowed.
  apt-config dump Acquire >"$debian/etc/apt/apt.conf.d/90here"
  # What is installed is what is depended on, and nothing else.
  echo 'APT::Install-Recommends "false";' >>"$debian/etc/apt/apt.conf.d/90here"
  chroot "$debian" apt-get -qq update
  # Whoever may read it sees the settings of apt, which may have the password of a proxy.
  (umask 077 && tar -cf "$archive.new" -C "$debian" .)
  mv "$archive.new" "$archive"
fi

unshare --mount --pid --fork --kill-child Tools/package/test-in.sh "$debian" "$package" &
child=$!
status=0
wait "$child" || status=$?
child=
exit "$status"
