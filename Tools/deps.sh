#!/usr/bin/env bash
# Installs the missing Debian packages that the build needs, and prints which and why.
# If all are installed, it prints nothing, asks nothing and needs no network.
set -euo pipefail

reasons=(
  "pkg-config|finds the libraries below"
  "libcurl4-openssl-dev|talks HTTP to the server"
  "libxml2-dev|reads and writes XML"
  "libinih-dev|reads the file of named targets"
  "libsqlite3-dev|keeps the ledger and the sandbox"
  "zlib1g-dev|reads and writes gzipped files"
  "libmicrohttpd-dev|is the sandbox's HTTP server"
  "libgnutls28-dev|makes the sandbox's certificate"
  "libunistring-dev|composes and decomposes letters, where secrets are hidden"
  "python3|is a server of odd answers, in a test"
  "python3-venv|makes room for a client that is not ours, in a test"
  "curl|checks the sandbox as another client, in a test"
  "iproute2|makes networks that lose what is sent, in a test"
  "procps|finds the processes of tests that hang, and ends them"
  "strace|kills the program at each commit of the ledger, in a test"
  "systemd|checks the units of a scheduled backup, in a test"
  "openssl|computes the pin of the sandbox's key, in a test"
  "jq|reads the chain of a repository as the manual shows, in a test"
  "mandoc|checks the man pages, in a test"
  "zsh|completes words of command lines, in a test"
  "fish|completes words of command lines, in a test"
  "bash-completion|is loaded beside our completion, in a test"
  "restic|forgets snapshots by the same rules as ours, in a test"
  "binutils|strips the program that is installed, and lists what it loads"
  "dpkg-dev|finds the packages that the program's package depends on"
  "lintian|checks the package against Debian's rules, in a test"
  "debootstrap|makes a new Debian, in which the package is tested"
)

is_installed() {
  case "$1" in
    pkg-config) command -v pkg-config >/dev/null ;; # pkgconf provides it, too
    *) [[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" == installed ]] ;;
  esac
}

if ! command -v swift >/dev/null; then
  echo "Swift is missing: install Swift 6.3 or later from https://www.swift.org/install" >&2
  exit 1
fi
if ! command -v dpkg-query >/dev/null; then
  echo "This is not a Debian system, so nothing is installed. The build needs the libraries of:" >&2
  printf '  %s\n' "${reasons[@]%%|*}" >&2
  exit 0
fi

missing=()
for reason in "${reasons[@]}"; do
  package=${reason%%|*}
  is_installed "$package" && continue
  if [[ ${#missing[@]} -eq 0 ]]; then echo "The build needs these Debian packages:"; fi
  printf '  %-22s %s\n' "$package" "${reason#*|}"
  missing+=("$package")
done
if [[ ${#missing[@]} -eq 0 ]]; then exit 0; fi

as_root=()
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "Only root can install them; ask for: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "Installing them with: ${as_root[*]:+sudo }apt-get install ${missing[*]}"
# A missing or outdated list of packages is the usual reason for a failure.
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}"
