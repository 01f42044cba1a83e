#!/usr/bin/env bash
# Lays out everything that is installed, below FOLDER as below /: Tools/package/stage.sh PROGRAM FOLDER PREFIX
# The package and make install are both made from this tree, with its modes and times. The times are those of the commit, so
# that two builds are equal.
set -euo pipefail

program=$(realpath "$1") folder=$(realpath -m "$2") prefix=$3
cd "$(dirname "$0")/../.."
tree=$folder$prefix
doc=share/doc/cupibulk
moment=$(Tools/package/moment.sh)

put() { # FILE PATH [MODE]
  install -D -m "${3:-0644}" "$1" "$tree/$2"
}

put "$program" bin/cupibulk 0755
strip --strip-all --remove-section=.comment --remove-section=.note "$tree/bin/cupibulk"

# The program writes its man pages and completions itself, and reads nothing of the user who builds.
pages=$(mktemp -d)
trap 'rm -rf "$pages"' EXIT
plainly=(env -i PATH="$PATH" HOME="$pages" LC_ALL=C.UTF-8 SOURCE_DATE_EPOCH="$moment")
"${plainly[@]}" "$program" __man "$pages"
for page in "$pages"/*.[1-8]; do
  gzip -9n <"$page" | put /dev/stdin "share/man/man${page##*.}/${page##*/}.gz"
done

# Debian's zsh has a folder for packages, and another for what was installed without one.
zsh=share/zsh/site-functions
if [[ $prefix == /usr ]]; then zsh=share/zsh/vendor-completions; fi
"${plainly[@]}" "$program" completion bash | put /dev/stdin share/bash-completion/completions/cupibulk
"${plainly[@]}" "$program" completion zsh | put /dev/stdin "$zsh/_cupibulk"
"${plainly[@]}" "$program" completion fish | put /dev/stdin share/fish/vendor_completions.d/cupibulk.fish

# Documents, samples and templates are as in the repository, so that links between them work, and commands in them.
put Tools/package/copyright "$doc/copyright"
for document in README.md CHANGELOG.md SECURITY.md docs/*.md docs/*.png; do
  # Where things are in the code.
  [[ $document != docs/architecture.md ]] || continue
  put "$document" "$doc/$document"
done
# Pages for developers are not installed.
sed -i -E '/^- \[(CONTRIBUTING|docs\/architecture|docs\/decisions)/d' "$tree/$doc/README.md"
installed=$prefix/bin/cupibulk
if [[ $installed == *[[:blank:]]* ]]; then installed="\"$installed\""; fi
while IFS= read -r -d '' file; do
  case $file in
    *.service)
      unit=$(<"$file")
      put /dev/stdin "$doc/$file" <<<"${unit//\/usr\/local\/bin\/cupibulk/"$installed"}"
      ;;
    *) put "$file" "$doc/$file" ;;
  esac
done < <(find samples templates -type f -print0)

# A folder takes the group and its bit of a parent that has one.
find "$folder" -mindepth 1 -type d -exec chmod 00755 {} +
find "$folder" -mindepth 1 -exec touch --no-dereference --date="@$moment" {} +
