#!/usr/bin/env bash
# Installs the release build without a package manager, or removes it again: Tools/package/install.sh install|remove PREFIX
# DESTDIR is put before every path. The list of all files and folders that it has made stays in PREFIX/share/cupibulk; a later
# install removes what is no longer part of the program, and a removal is an install of nothing. Nothing else is touched.
set -euo pipefail
umask 022
cd "$(dirname "$0")/../.."

task=$1 prefix=$2 root=${DESTDIR:+$(realpath -ms "$DESTDIR")}
fail() {
  echo "$task: $1" >&2
  exit 1
}
[[ $task == install || $task == remove ]] || fail "the task is install or remove: $task"
[[ $prefix == /* ]] || fail "PREFIX is an absolute path, such as /usr/local: $2"
[[ "$root$prefix" != *$'\n'* ]] || fail "a path of this form is not supported: $2"
# One form for one folder, so that the list of files fits it the next time.
prefix=$(realpath -ms "$prefix")
prefix=${prefix%/}
list=$prefix/share/cupibulk/installed-files

staged=$(mktemp -d)
trap 'rm -rf "$staged"' EXIT
if [[ $task == install ]]; then
  Tools/package/stage.sh .build/release/cupibulk "$staged" "$prefix"
  install -D -m 0644 /dev/null "$staged$list"
elif [[ ! -f $root$list ]]; then
  fail "$root$list is missing: make install has installed nothing there"
fi

# What an earlier install has made. Anybody may have changed the list, so only paths below PREFIX count, and folders
# above it, which are removed only when they are empty.
declare -A earlier=()
if [[ -f $root$list ]]; then
  while IFS= read -r path; do
    [[ /$path/ != */../* ]] || fail "$root$list is damaged: $path"
    [[ $path == "$prefix"/* || ($path == */ && "$prefix/" == "$path"*) ]] || fail "$root$list is damaged: $path"
    earlier[$path]=yes
  done <"$root$list"
fi

# What belongs there now: all files, and the folders that would not be there without us. A folder's path ends with a slash.
declare -A now=()
while IFS= read -r folder; do
  if [[ -n ${earlier[$folder]:-} || ! -d $root$folder ]]; then now[$folder]=yes; fi
done < <(find "$staged" -mindepth 1 -type d -printf '/%P/\n')
mapfile -t files < <(find "$staged" -type f -printf '/%P\n' | LC_ALL=C sort)
for file in "${files[@]}"; do now[$file]=yes; done

# Folders first, then the list, so that an interrupted install can be removed, too.
lines() { if [[ $# -gt 0 ]]; then printf '%s\n' "$@" | LC_ALL=C sort -u; fi; }
if [[ ${#now[@]} -gt 0 ]]; then
  while IFS= read -r folder; do
    [[ -d $root$folder ]] || mkdir -p "$root$folder"
  done < <(find "$staged" -mindepth 1 -type d -printf '/%P/\n' | LC_ALL=C sort)
  lines "${!now[@]}" "${!earlier[@]}" >"$staged$list"
fi
# Each file appears whole: another process may be reading the old one, or running it.
put() {
  install -p -m "$(stat -c %a "$staged$1")" "$staged$1" "$root$1.new"
  mv -fT "$root$1.new" "$root$1"
}
if [[ $task == install ]]; then put "$list"; fi
for file in "${files[@]}"; do [[ $file == "$list" ]] || put "$file"; done

# What is no longer part of it: files, then folders from the innermost outwards.
mapfile -t paths < <(lines "${!earlier[@]}" | LC_ALL=C sort -r)
for path in "${paths[@]}"; do
  if [[ -z ${now[$path]:-} && $path != */ ]]; then rm -f "$root$path"; fi
done
for path in "${paths[@]}"; do
  if [[ -z ${now[$path]:-} && $path == */ && -d $root$path ]]; then rmdir --ignore-fail-on-non-empty "$root$path"; fi
done

if [[ $task == install ]]; then
  lines "${!now[@]}" >"$staged$list"
  put "$list"
  echo "Installed $root$prefix/bin/cupibulk and ${#files[@]} files in all; make uninstall removes them."
else
  echo "Removed what make install had put into $root$prefix. Ledgers, targets.ini, repositories and scheduled units stay."
fi
