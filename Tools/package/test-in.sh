#!/usr/bin/env bash
# The steps of the test of the package: Tools/package/test-in.sh FOLDER PACKAGE, in mounts and processes of its own (test.sh).
# FOLDER holds a new Debian. Users' files must survive an upgrade, a removal and a purge; of the package nothing may.
set -euo pipefail
cd "$(dirname "$0")/../.."

debian=$1 package=$2
log=$debian.log
step() { printf 'package-test: %s\n' "$1"; }
fail() {
  printf 'package-test: %s\n' "$1" >&2
  exit 1
}
as_root() { chroot "$debian" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
network=()
as_user() { "${network[@]}" chroot --userspec="$user:$user" "$debian" env -i -C "/home/$user" PATH=/usr/bin:/bin HOME="/home/$user" USER="$user" LC_ALL=C.UTF-8 "$@"; }
apt() {
  as_root apt -y "$@" >"$log" 2>&1 || {
    cat "$log" >&2
    fail "apt $* failed"
  }
}
expect() { # STATUS COMMAND: as the user
  local status=0
  as_user "${@:2}" >"$log" 2>&1 || status=$?
  if [[ $status -ne $1 ]]; then
    cat "$log" >&2
    fail "exit code $status, and not $1, of: ${*:2}"
  fi
}
# All paths, except those of homes, of the locks until the next start, and of what apt, dpkg and the loader keep for themselves.
paths() {
  (cd "$debian" && find . -xdev \( -path ./home -o -path ./tmp -o -path ./run -o -path ./var/cache -o -path ./var/log -o -path ./var/lib/apt \
    -o -path ./var/lib/dpkg/info/format \) -prune -o ! -path './var/lib/dpkg/*-old' ! -path ./etc/ld.so.cache -print) | LC_ALL=C sort
}
# What the user and the administrator have written, with modes and contents.
data() {
  (cd "$debian" && find home etc/cupibulk -printf '%m %u %p\n' | LC_ALL=C sort -k 3 &&
    find home etc/cupibulk -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
}

mount -t proc proc "$debian/proc"
cp "$package" "$debian/tmp/new.deb"
chmod 0644 "$debian/tmp/new.deb"
version=$(dpkg-deb -f "$package" Version)
# There is no package of an earlier version. This one stands in for it: the same tree with a lower version number and one
# more file, which the newer package no longer has.
dpkg-deb --raw-extract "$package" "$debian/tmp/older"
sed -i 's/^Version: .*/Version: 0.0.1/' "$debian/tmp/older/DEBIAN/control"
install -D -m 0644 /dev/null "$debian/tmp/older/usr/share/cupibulk/older/notes"
dpkg-deb --root-owner-group --build -Zgzip -z1 "$debian/tmp/older" "$debian/tmp/older.deb" >/dev/null
rm -r "$debian/tmp/older"
for user in clerk novice; do as_root useradd --create-home --shell /bin/bash "$user"; done
user=clerk
paths >"$debian/tmp/before"

step "installing it with what it depends on, and nothing else"
apt install /tmp/new.deb
as_root dpkg --verify cupibulk
[[ $(as_user cupibulk --version) == "cupibulk $version" ]] || fail "it prints another version"
expect 0 cupibulk version

step "a sandbox, as an ordinary user"
expect 0 cp -r /usr/share/doc/cupibulk/samples .
expect 0 cupibulk import samples/sip-proxies.csv --target sandbox:lab.db
expect 0 cupibulk export --target sandbox:lab.db -o before.xml
expect 0 cupibulk backup init --repo backups --target sandbox:lab.db
expect 0 cupibulk backup run --repo backups --target sandbox:lab.db
expect 0 cupibulk import samples/move-hosts.csv --target sandbox:lab.db
expect 9 cupibulk diff backups@latest sandbox:lab.db --exit-code
expect 0 cupibulk restore backups@latest --target sandbox:lab.db --exact
expect 0 cupibulk diff before.xml sandbox:lab.db --exit-code

if [[ -f $debian/usr/share/doc/cupibulk/docs/first-day.md ]]; then
  step "the first day, as its page has it"
  install -m 0755 Tools/package/first-day.sh "$debian/tmp/first-day.sh"
  # In a network of its own, where the port of the page is free.
  network=(unshare --net bash -c 'ip link set lo up && exec "$@"' bash)
  user=novice
  expect 0 /tmp/first-day.sh /usr/share/doc/cupibulk/docs/first-day.md
  network=()
  user=clerk
fi

step "purging it with what it depended on: nothing is left"
apt purge --autoremove cupibulk
paths | diff "$debian/tmp/before" - || fail "files and folders are left, or gone"

step "an upgrade, a removal and a purge: what users have stays"
apt install /tmp/older.deb
[[ -e $debian/usr/share/cupibulk/older/notes ]] || fail "the older package lacks its file"
as_user bash -c 'umask 077 && mkdir -p .config/cupibulk && cat >.config/cupibulk/targets.ini' <<<$'[prod]\nurl = https://unity.example.com\nusername = operator'
as_root install -D -m 0644 /dev/stdin /etc/cupibulk/targets.ini <<<$'[prod]\nurl = https://unity.example.com\nslots = 1'
expect 0 cupibulk target show prod
data >"$debian/tmp/data"
apt install /tmp/new.deb
[[ $(as_user cupibulk --version) == "cupibulk $version" ]] || fail "the upgrade installs another version"
[[ ! -e $debian/usr/share/cupibulk ]] || fail "the upgrade leaves a file or folder of the older package"
data | diff "$debian/tmp/data" - || fail "the upgrade changes files of users"
expect 0 cupibulk target show prod
expect 0 cupibulk runs show
expect 0 cupibulk backup verify --repo backups
expect 0 cupibulk diff backups@latest sandbox:lab.db --exit-code
data >"$debian/tmp/data"
apt remove cupibulk
data | diff "$debian/tmp/data" - || fail "the removal changes files of users"
# A removed package without files in /etc is no longer known, so only an installed one can be purged.
apt install /tmp/new.deb
apt purge --autoremove cupibulk
data | diff "$debian/tmp/data" - || fail "the purge changes files of users"
rm -r "$debian/etc/cupibulk"
paths | diff "$debian/tmp/before" - || fail "files and folders are left, or gone"

step "man pages, completion and units"
apt install /tmp/new.deb man-db bash-completion systemd
mapfile -t pages < <(as_root dpkg -L cupibulk | sed -n 's|^/usr/share/man/man[1-8]/\(.*\)\.gz$|\1|p')
[[ ${#pages[@]} -gt 3 ]] || fail "there are hardly any man pages"
for page in "${pages[@]}"; do
  expect 0 man --warnings "${page##*.}" "${page%.*}"
  [[ $(wc -l <"$log") -gt 10 ]] || fail "the man page $page is empty: $(<"$log")"
  ! grep "^[a-z]*: .*warning" "$log" || fail "man warns of the page $page"
done
# shellcheck disable=SC2016 # The shell in the new Debian expands it.
as_user bash -euc '
  set +u
  . /usr/share/bash-completion/bash_completion
  _completion_loader cupibulk || [[ $? -eq 124 ]]
  [[ $(complete -p cupibulk) =~ "-F "([^ ]+) ]]
  COMP_WORDS=(cupibulk im) COMP_CWORD=1 COMP_LINE="cupibulk im" COMP_POINT=11 COMP_TYPE=9
  "${BASH_REMATCH[1]}" cupibulk im cupibulk
  [[ "${COMPREPLY[*]}" == import* ]]' >"$log" 2>&1 || {
  cat "$log" >&2
  fail "bash does not complete import"
}
as_root systemd-analyze verify /usr/share/doc/cupibulk/templates/cupibulk-backup.service /usr/share/doc/cupibulk/templates/cupibulk-backup.timer
as_root cupibulk schedule backup --system --install --at 04:15 --target sandbox:/var/lib/cupibulk/lab.db --repo /var/lib/cupibulk/backups \
  >"$log" 2>&1 || fail "schedule: $(<"$log")"
grep -q '^ExecStart=/usr/bin/cupibulk ' "$debian/etc/systemd/system/cupibulk-backup.service" || fail "the unit starts another program"
as_root systemd-analyze verify cupibulk-backup.timer

step "everything is as expected"
