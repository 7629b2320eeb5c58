#!/bin/sh
# Installs the dependencies when they are absent or older than the lock file. Quiet unless it fails or takes long.
# It runs before every test and demo, on a machine that may have nothing but Node 20 and npm.
set -eu
cd "$(dirname "$0")/.."

if [ "$(uname -s)" != Linux ]; then
    echo "The agent, its tests and the demo run on Linux; this is $(uname -s)" >&2
    exit 1
fi

installed=node_modules/.package-lock.json
if [ -e "$installed" ] && [ ! package-lock.json -nt "$installed" ]; then
    exit 0
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo 'Installing dependencies (npm ci)' >&2
npm ci </dev/null >"$log" 2>&1 &
install=$!
started=$(date +%s)
(while sleep 15; do echo "… still installing, $(($(date +%s) - started)) s" >&2; done) &
ticker=$!
trap 'kill "$ticker" 2>/dev/null || :; rm -f "$log"' EXIT
if ! wait "$install"; then
    cat "$log" >&2
    echo 'npm ci failed: the lines above say why. It needs the npm registry, Node 20 or newer and its npm' >&2
    exit 1
fi
# A checkout gives all files one time; what was installed from this lock file is not older than it.
touch "$installed"
