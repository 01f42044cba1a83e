#!/usr/bin/env bash
# Runs the commands of a document in one shell, in order, and stops at the first failure: Tools/package/first-day.sh FILE
# Commands are the lines of its ```console blocks that begin with "$ ", with lines that begin with "> " right after them.
# One may fail only if "echo $?" comes next. Lines with apt install are left out: the caller has done that.
set -euo pipefail

document=$1
commands=()
place=text # or block, or command: in a block, after a line of a command
while IFS= read -r line || [[ -n $line ]]; do
  case $place:$line in
    text:'```console') place=block ;;
    text:*) ;;
    *:'```'*) place=text ;;
    *:'$ '*)
      commands+=("${line#'$ '}")
      place='command'
      ;;
    command:'> '*) commands[-1]+=$'\n'${line#'> '} ;;
    *) place=block ;;
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
