#!/usr/bin/env bash
# Makes docs/terminal.png, the picture of the README: a real xterm, in which commands are typed into the built program.
# The server is a sandbox over TLS on a free port of loopback; everything else is in a temporary folder, which is removed.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
program=$(realpath "${1:-$root/.build/release/cupibulk}")
picture="$root/docs/terminal.png"

for tool in Xvfb xterm xdotool import; do
  command -v "$tool" >/dev/null && continue
  echo "The picture needs the Debian packages xvfb, xterm, xdotool, imagemagick and fonts-dejavu-core." >&2
  exit 1
done

folder=$(mktemp -d)
processes=()
finish() {
  # The newest first: the terminal before its display.
  for ((i = ${#processes[@]} - 1; i >= 0; i--)); do
    kill "${processes[i]}" 2>/dev/null || true
    wait "${processes[i]}" 2>/dev/null || true
  done
  rm -rf "$folder"
}
trap finish EXIT

# wait_for TEXT FILE: until the file has the text, but no longer than half a minute.
wait_for() {
  for ((i = 0; i < 300; i++)); do
    grep -qsF -- "$1" "$2" && return
    sleep 0.1
  done
  echo "'$1' has not come in half a minute; there is:" >&2
  cat "$2" >&2
  exit 1
}

# Only what is set here: not the user's own settings and ledger.
variables=(HOME="$folder" PATH="${program%/*}:/usr/bin:/bin" LC_ALL=C.UTF-8 TZ=UTC TERM=xterm-256color)
in_folder() { (cd "$folder" && exec env -i "${variables[@]}" "$@"); }
# start OUTPUT COMMAND...: the same in the background, until the end of this script.
start() {
  (cd "$folder" && exec env -i "${variables[@]}" "${@:2}" >"$1" 2>&1) &
  processes+=($!)
}

# What is on the machine before: a server called prod, a snapshot of it, and a file of changes.
start sandbox.log cupibulk sandbox --tls --port 0 --state server.db
wait_for "listens on" "$folder/sandbox.log"
url=$(grep -o 'https://[0-9.:]*' "$folder/sandbox.log")
(umask 077 && echo sandbox >"$folder/password")
in_folder cupibulk target add prod "$url" --ca-cert server.db.crt --username admin --password-file password \
  --yes >/dev/null 2>&1
in_folder cupibulk backup init --repo backups --target prod --quiet
in_folder cupibulk backup run --repo backups --target prod --quiet
cat >"$folder/move.csv" <<'CSV'
Port group,Service,Match host,Host
PhoneSystem-1 SIP,SIP proxy,10.10.0.11,10.50.0.11
PhoneSystem-1 SIP,SIP proxy,10.10.0.12,10.50.0.12
PhoneSystem-2 SIP Listing,SIP proxy,10.78.171.145,10.50.0.21
CSV

mkfifo "$folder/display"
exec 3<>"$folder/display"
Xvfb -displayfd 3 -screen 0 1600x900x24 -nolisten tcp 2>/dev/null &
processes+=($!)
read -r -t 30 number <&3
export DISPLAY=":$number"

printf '%s\n' "PS1='\$ '" "bind 'set enable-bracketed-paste off'" 'shopt -u progcomp' clear >"$folder/rc"

# What the terminal shows is also in the file typed, to know when the next keys are due.
start /dev/null DISPLAY="$DISPLAY" xterm -geometry 145x25 -fa 'DejaVu Sans Mono' -fs 10 -b 10 -bg '#16191d' -fg '#e6e6e6' +sb \
  -xrm 'XTerm*color1: #ff6b68' -xrm 'XTerm*color2: #5fd68a' -xrm 'XTerm*color3: #e6c35c' -xrm 'XTerm*color8: #8a9199' \
  -xrm 'XTerm*cursorColor: #16191d' -xrm 'XTerm*boldMode: false' \
  -e script -qf -c 'bash --rcfile rc -i' typed
wait_for '$ ' "$folder/typed"

# Without a window manager the keys go to the window under the pointer.
xdotool mousemove 40 40
# The sandbox answers a third login within a second with 503, as the server does.
sleep 2

# press TEXT AFTER: types a line, and waits for a text that was not there before.
press() {
  : >"$folder/typed"
  xdotool type --delay 5 -- "$1"
  xdotool key Return
  wait_for "$2" "$folder/typed"
  sleep 0.5
}
press 'cupibulk import move.csv --target prod' '[y/N]'
press 'y' 'Every row'
press 'cupibulk diff backups@latest prod' 'Differences'

import -window root -trim +repage -colors 64 -depth 8 "png8:$picture"
echo "$picture: $(identify -format '%wx%h' "$picture"), $(stat -c %s "$picture") bytes"
