#!/usr/bin/env bash
# Creates the Python environment .build/clients with an independent CUPI client, for a test.
# If that fails, .build/clients.reason holds the reason, and the test is skipped with it.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=.build/clients
reason=.build/clients.reason
mkdir -p .build

works() { "$folder/bin/python" -c 'import ciscounityapi' 2>/dev/null; }

if works; then
  rm -f "$reason"
  exit 0
fi

rm -rf "$folder"
{ python3 -m venv "$folder" &&
  "$folder/bin/pip" install --quiet --disable-pip-version-check --no-input --timeout 10 --retries 1 \
    ciscounityapi==0.0.1; } >"$reason" 2>&1 || true

if works; then
  rm -f "$reason"
else
  rm -rf "$folder"
  [[ -s "$reason" ]] || echo "python3 cannot import it" >"$reason"
  echo "clients: a test will be skipped, because ciscounityapi cannot be installed: $(tail -n 1 "$reason")" >&2
fi
