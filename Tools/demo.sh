#!/usr/bin/env bash
# Demonstrates the built program: import, show, import again, export, back up and restore.
# Works in a temporary folder with its own ledger, and removes both at the end.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
program=$(realpath "${1:-$root/.build/release/cupibulk}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The user's own settings and ledger are not used.
while IFS= read -r variable; do unset "$variable"; done < <(compgen -e CUPIBULK_ || true)
unset STATE_DIRECTORY
export HOME="$folder" XDG_STATE_HOME="$folder/state" PATH="${program%/*}:$PATH"
cp -r "$root/samples" "$folder/samples"
cd "$folder"

bold='' dim='' plain=''
if [[ -t 1 && -z "${NO_COLOR:-}" && "${TERM:-dumb}" != dumb ]]; then
  bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
fi

say() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
run() {
  printf '%s$ %s%s\n' "$dim" "$*" "$plain"
  "$@"
}

say "A sandbox takes the place of Unity Connection. Its state is a file, lab.db, which is created now."
say "1. Import SIP proxies from a CSV file:"
run head -n 3 samples/sip-proxies.csv
run cupibulk import samples/sip-proxies.csv --target sandbox:lab.db

say "2. Import TFTP servers and call managers from XML files:"
run cupibulk import samples/tftp-servers.xml samples/call-managers.xml --target sandbox:lab.db

say "3. Everything is recorded. This was the last run:"
run cupibulk runs show

say "4. Import the first file again. The server already has it all, so nothing is changed:"
run cupibulk import samples/sip-proxies.csv --target sandbox:lab.db

say "5. A file with mistakes is refused as a whole, and each mistake is shown with its place:"
status=0
run cupibulk import samples/mistakes.csv --target sandbox:lab.db || status=$?
if [[ $status -ne 4 ]]; then
  echo "demo: expected exit code 4 (invalid input), got $status" >&2
  exit 1
fi

say "6. Export what the server has now, as CSV and as XML; both can be imported again:"
run cupibulk export --target sandbox:lab.db -o servers.csv
run cut -d, -f1-8 servers.csv
run cupibulk export --target sandbox:lab.db -o servers.xml
run head -n 20 servers.xml
echo "..."

say "7. Take a snapshot into a repository. A restore of it is rehearsed at once, in another sandbox:"
run cupibulk backup init --repo backups --target sandbox:lab.db
run cupibulk backup run --repo backups --target sandbox:lab.db

say "8. A mistake: two SIP proxies are deleted. The snapshot puts them back:"
printf 'PortGroup,Service,Host\nPhoneSystem-1 SIP,102,10.10.0.11\nPhoneSystem-1 SIP,102,10.10.0.12\n' >mistake.csv
run cupibulk import mistake.csv --mode delete --max-delete 2 --target sandbox:lab.db --quiet
run cupibulk diff backups@latest sandbox:lab.db
run cupibulk restore backups@latest --target sandbox:lab.db --exact

say "What to try next"
cat <<'TEXT'
  make install PREFIX=$HOME/.local                 put cupibulk where your shell finds it
  cupibulk template sip-proxy -o proxies.csv       a blank file to fill in
  cupibulk validate proxies.csv                    check it without a server
  cupibulk import proxies.csv --target sandbox:lab.db
                                                   rehearse it
  cupibulk import proxies.csv --target https://SERVER --username NAME
                                                   do it
  cupibulk schedule backup --cron --at 04:15 --target sandbox:lab.db --repo backups
                                                   back up each night
  cupibulk sandbox                                 a server for rehearsals that any client can use
  cupibulk help import                             all about importing
TEXT
