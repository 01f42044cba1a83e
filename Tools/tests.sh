#!/usr/bin/env bash
# Runs the built tests: Tools/tests.sh [arguments of swift test]
# Tests that have not ended after TEST_MINUTES (by default 15) hang: it shows what their threads wait for (with gdb), ends
# them, and fails. Otherwise a hang would be seen only as a timeout of whatever had called this.
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${TEST_MINUTES:-15}

# A session of their own, so that all processes that the tests have started can be found.
setsid swift test --skip-build --disable-xctest "$@" &
session=$!
trap 'pkill -KILL -s "$session" || true' EXIT

for ((second = 0; second < minutes * 60; second++)); do
  if ! kill -0 "$session" 2>/dev/null; then
    trap - EXIT
    wait "$session"
    exit
  fi
  sleep 1
done
echo "the tests have not ended after $minutes minutes" >&2
for process in $(pgrep -s "$session" -f 'PackageTests\.xctest'); do
  if command -v gdb >/dev/null; then
    timeout 120 gdb -batch -p "$process" -ex 'thread apply all backtrace 12' >&2 || true
  else
    echo "(install gdb to see here what their threads do)" >&2
  fi
done

exit 1
