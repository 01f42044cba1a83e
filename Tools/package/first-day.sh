#!/usr/bin/env bash
# Runs the commands of a document in one shell, in order, and stops at the first failure: Tools/package/first-day.sh FILE
# Commands are the lines of its ```console blocks that begin with "$ ", with the lines that begin with "> " after them.
# One may fail only if "echo $?" comes next. Lines with apt install are left out: the caller has done that.
set -euo pipefail

document=$1
commands=()
inside=no
while IFS= read -r line || [[ -n $line ]]; do
  case $line in
    '```console') inside=yes ;;
    '```'*) inside=no ;;
    '$ '*) if [[ $inside == yes ]]; then commands+=("${line#'$ '}"); fi ;;
    '> '*) if [[ $inside == yes && ${#commands[@]} -gt 0 ]]; then commands[-1]+=$'\n'${line#'> '}; fi ;;
  esac
done <"$document"
if [[ ${#commands[@]} -eq 0 ]]; then
  echo "first-day: $document has no commands" >&2
  exit 1
fi

# The shell in which they are run has no options of this one.
set +eu +o pipefail
status=0
for ((number = 0; number < ${#commands[@]}; number++)); do
  command=${commands[number]}
  if [[ $command == *"apt install "* || $command == *"apt-get install "* ]]; then continue; fi
  printf '$ %s\n' "$command"
  # "$?" is that of the command before.
  (exit "$status")
  eval "$command" </dev/null
  status=$?
  if [[ $status -ne 0 && ${commands[number + 1]:-} != 'echo $?' ]]; then
    printf 'first-day: this command ended with %d: %s\n' "$status" "$command" >&2
    exit 1
  fi
done
