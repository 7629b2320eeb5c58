# Prints, as one JSON object of strings, everything that decides what a run has to do. Changes nothing. Runs as root.
#
# One task costs seconds over a fleet, so this is one script, and where it finds nothing that differs a run is over.
#
#   $1  the name of the agent's user   $2  "system" where the server's own Node is wanted
set -u
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
base=/opt/homelab-agent
config=/etc/homelab-agent/config.yaml
unit=/etc/systemd/system/homelab-agent.service
status=/run/homelab-agent/status.json

# Nothing that is printed needs a quotation mark or a backslash, so none is let through.
say() { printf '"%s":"%s",\n' "$1" "$(printf %s "$2" | tr -d '"\\\000-\037')"; }
facts() { stat -c '%F %a %U:%G' "$1" 2>/dev/null; }
# The status file belongs to the agent's user, so of what it says only a plain word is taken.
status() { sed -n "s/.*\"$1\": *\"\([A-Za-z0-9._:-]*\)\".*/\1/p" "$status" 2>/dev/null | head -n 1; }

echo '{'
say uid "$(id -u)"
say machine "$(uname -m)"
say bits "$(getconf LONG_BIT 2>/dev/null)"
say libc "$(getconf GNU_LIBC_VERSION 2>/dev/null)"
init=
read -r init </proc/1/comm
say init "$init"
missing=
for tool in tar gzip sha256sum flock useradd systemctl; do
  command -v "$tool" >/dev/null || missing="$missing $tool"
done
say missing "$missing"
node=
[ "${2:-}" != system ] || node=$(node --version 2>/dev/null)
say node "$node"

say group "$(getent group "$1" | cut -d: -f1)"
say user "$(getent passwd "$1" | cut -d: -f1)"
say base "$(facts "$base")"
say config_dir "$(facts /etc/homelab-agent)"
say config "$(facts "$config") $(sha256sum "$config" 2>/dev/null | cut -d' ' -f1)"
say incoming "$(facts "$base.incoming")"
# A service of this name that is not this agent's.
foreign=
[ ! -e "$unit" ] || grep -q "^ExecStart=$base/current/" "$unit" || foreign=yes
say foreign "$foreign"

# name=digest of SHA256SUMS, for each release whose files still are what its SHA256SUMS says.
releases=
for directory in "$base"/releases/*/; do
  (cd "$directory" && sha256sum -c --status SHA256SUMS) 2>/dev/null || continue
  digest=$(sha256sum "${directory}SHA256SUMS")
  releases="$releases $(basename "$directory")=${digest%% *}"
done
say releases "$releases"
current=$(readlink "$base/current" 2>/dev/null)
say current "${current##*/}"
runtimes=
for node in "$base"/runtime/*/bin/node; do
  [ ! -x "$node" ] || runtimes="$runtimes $(basename "${node%/bin/node}")"
done
say runtimes "$runtimes"

# What the live release's own installer would change: "unchanged" is what is wished for.
result=none
if [ -f "$base/current/install-agent.sh" ]; then
  result=$(sh "$base/current/install-agent.sh" --check 2>/dev/null | sed -n 's/^result: *//p')
fi
say installer "${result:-unknown}"
say service "$(systemctl show --property=UnitFileState,ActiveState homelab-agent.service 2>/dev/null | sort | tr '\n' ' ')"
say status_release "$(status release)"
printf '"end":""\n}\n'
