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
if ! npm ci --no-audit --no-fund --loglevel=warn </dev/null >"$log" 2>&1; then
    cat "$log" >&2
    echo 'npm ci failed: its last lines say why. It needs the npm registry, Node 20 or newer and npm 10 or newer' >&2
    exit 1
fi
# A checkout gives all files one time; what was installed from this lock file is not older than it.
touch "$installed"
