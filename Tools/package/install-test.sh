#!/usr/bin/env bash
# Checks make install and make uninstall in temporary folders, with the release build.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
  echo "install: $1" >&2
  exit 1
}
# What is below a folder: mode and path, and a slash after folders.
list() { find "$1" -mindepth 1 \( -type d -printf '%m %P/\n' \) -o -printf '%m %P\n' | LC_ALL=C sort -k 2; }
put() { DESTDIR=$1 Tools/package/install.sh install "$2" >/dev/null; }
remove() { DESTDIR=$1 Tools/package/install.sh remove "$2" >/dev/null; }

# The same as the package has, with spaces in both paths and a umask that hides everything from others.
root="$work/a root" prefix="/opt/a prefix"
(umask 077 && put "$root" "$prefix")
list "$root$prefix" >"$work/installed"
[[ -z $(awk '$1 != 755 && $2 ~ /(\/|bin\/cupibulk)$/ || $1 != 644 && $2 !~ /(\/|bin\/cupibulk)$/' "$work/installed") ]] ||
  fail "files have other modes than 755 and 644"
sed -n 's|^[^ ]* [^ ]* \./usr/\(.*[^/]\)$|\1|p' Tools/package/contents.txt | grep -v "/changelog.gz$" |
  sed 's|^share/zsh/vendor-completions/|share/zsh/site-functions/|' | LC_ALL=C sort >"$work/expected"
sed -n 's|^[^ ]* \(.*[^/]\)$|\1|p' "$work/installed" | grep -v '^share/cupibulk/installed-files$' | LC_ALL=C sort |
  diff -u "$work/expected" - || fail "it installs other files than the package has"
grep -qF "ExecStart=\"$prefix/bin/cupibulk\" " "$root$prefix/share/doc/cupibulk/templates/cupibulk-backup.service" ||
  fail "the example of a unit starts another program"
[[ $("$root$prefix/bin/cupibulk" --version) == "$(.build/release/cupibulk --version)" ]] || fail "another program is installed"

# Once more over an older install: it has a file that is gone now, and a folder of its own.
mkdir "$root$prefix/share/cupibulk/older"
touch "$root$prefix/share/cupibulk/older/notes"
printf '%s\n' "$prefix/share/cupibulk/older/" "$prefix/share/cupibulk/older/notes" \
  >>"$root$prefix/share/cupibulk/installed-files"
put "$root" "$prefix"
list "$root$prefix" | diff -u "$work/installed" - || fail "a second install is not as the first"

# Nothing is left; the files of others are.
mkdir -p "$root/etc/cupibulk"
touch "$root/etc/cupibulk/targets.ini"
remove "$root" "$prefix"
[[ $(list "$root") == $'755 etc/\n755 etc/cupibulk/\n644 etc/cupibulk/targets.ini' ]] || fail "left behind: $(list "$root")"
put "$root" "$prefix"
touch "$root$prefix/share/man/man1/another.1"
remove "$root" "$prefix"
[[ $(cd "$root" && find opt -type f) == "opt/a prefix/share/man/man1/another.1" ]] || fail "a file of another program is gone"
if remove "$root" "$prefix" 2>"$work/messages"; then fail "a second removal succeeds"; fi

# A folder that was there before stays, although it is empty.
mkdir -p "$work/local/usr/local/bin"
put "$work/local" /usr/local
remove "$work/local" /usr/local
[[ $(list "$work/local") == $'755 usr/\n755 usr/local/\n755 usr/local/bin/' ]] || fail "left: $(list "$work/local")"

# A list that somebody has changed removes nothing elsewhere.
put "$root" "$prefix"
touch "$work/precious"
for path in "$work/precious" "$prefix/../../../precious" /precious; do
  cp "$root$prefix/share/cupibulk/installed-files" "$work/saved"
  echo "$path" >>"$root$prefix/share/cupibulk/installed-files"
  if remove "$root" "$prefix" 2>"$work/messages"; then fail "a damaged list is accepted: $path"; fi
  cp "$work/saved" "$root$prefix/share/cupibulk/installed-files"
done
[[ -e $work/precious && -x $root$prefix/bin/cupibulk ]] || fail "a damaged list removes files"

# An ordinary user, in the home folder.
home=$work/home
mkdir "$home"
user=()
if [[ $(id -u) -eq 0 ]]; then
  user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
  chown 65534:65534 "$home"
  chmod 0755 "$work"
fi
as_user() { "${user[@]}" env -i PATH="$PATH" HOME="$home" TMPDIR="$home" SOURCE_DATE_EPOCH=0 "$@"; }
if as_user test -r Tools/package/install.sh; then
  as_user Tools/package/install.sh install "$home/.local" >/dev/null
  [[ $(as_user "$home/.local/bin/cupibulk" --version) == cupibulk* ]] || fail "a user's program does not start"
  as_user Tools/package/install.sh remove "$home/.local" >/dev/null
  [[ -z $(list "$home") ]] || fail "left in a home folder: $(list "$home")"
else
  echo "install: other users cannot read this folder, so an ordinary user's install is not checked"
fi
