#!/usr/bin/env bash
# Prints the moment that stands in everything that is built, in seconds since 1970: that of the commit, never of the clock.
# A source tree without git, also inside of another repository, has the time of its list of changes; SOURCE_DATE_EPOCH is preferred to both.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [[ -n ${SOURCE_DATE_EPOCH:-} ]]; then
  echo "$SOURCE_DATE_EPOCH"
else
  GIT_CEILING_DIRECTORIES=${PWD%/*} git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md
fi
