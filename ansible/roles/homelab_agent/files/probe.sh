# --- Places and requirements: generated from agent/contract/ by "npm run generate" ---
readonly BASE=/opt/homelab-agent
readonly RELEASES=/opt/homelab-agent/releases
readonly CURRENT=/opt/homelab-agent/current
readonly PREVIOUS=/opt/homelab-agent/previous
readonly RUNTIMES=/opt/homelab-agent/runtime
readonly TAKEOVER=/opt/homelab-agent/takeover
readonly ACTIVATING=/opt/homelab-agent/activating
readonly CONFIG_DIR=/etc/homelab-agent
readonly CONFIG=/etc/homelab-agent/config.yaml
readonly UNIT_FILE=/etc/systemd/system/homelab-agent.service
readonly UNIT=homelab-agent.service
readonly AGENT_USER=homelab-agent
readonly STATE_DIR=/var/lib/homelab-agent
readonly STATUS=/run/homelab-agent/status.json
readonly LOCK=/run/homelab-agent-install.lock
readonly TAG=homelab-deploy
readonly INCOMING=/opt/homelab-agent.incoming
readonly NODE_WANTED=22.19
readonly GLIBC_WANTED=2.28
readonly COMMANDS_WANTED='flock getent gzip journalctl logger sha256sum systemctl tar useradd'

# --- What a server must have: asked by the probe and by install-agent.sh ----------------------------------

# One line for each thing that the server lacks; nothing if it can run the agent.
server_problems() {
  ID=$(id -u)
  [ "$ID" = 0 ] || echo "Expected to run as root, found uid $ID: use sudo, or set ansible_become_user to root"
  if [ ! -d /run/systemd/system ]; then
    read -r INIT </proc/1/comm || INIT=unknown
    echo "Expected systemd as process 1, found \"$INIT\": the agent is a systemd service"
  fi
  LACKING=''
  for COMMAND in $COMMANDS_WANTED; do
    command -v "$COMMAND" >/dev/null || LACKING="$LACKING, $COMMAND"
  done
  [ -z "$LACKING" ] || echo "Expected the commands ${LACKING#, } on the server, found none of them: install them there first"
  if [ "$(readlink "$UNIT_FILE")" = /dev/null ]; then
    echo "Expected a service that can be started, found it masked: run \"systemctl unmask $UNIT\" there"
  fi
}

node_problems() { # bundled|system: whose Node
  case $1 in
    system) system_node_problems ;;
    *) bundled_node_problems ;;
  esac
}

bundled_node_problems() {
  OTHERWISE="or set homelab_agent_runtime: system where the server has its own Node $NODE_WANTED or newer"
  find_arch
  if [ "$ARCH" = none ]; then
    echo "Expected a 64-bit x86_64 or aarch64 server, found $ARCH_FOUND: use a 64-bit system, $OTHERWISE"
  fi
  LIBC=$(getconf GNU_LIBC_VERSION 2>/dev/null)
  at_least "${LIBC#glibc }" "$GLIBC_WANTED" ||
    echo "Expected glibc $GLIBC_WANTED or newer, found ${LIBC:-another C library}: use a newer system, $OTHERWISE"
}

system_node_problems() {
  OTHERWISE="install a newer one there, or leave homelab_agent_runtime at bundled"
  FOUND=$(command -v node) || FOUND=''
  case $FOUND in
    '') echo "Expected Node $NODE_WANTED or newer on the server, found none: $OTHERWISE" && return ;;
    /root/* | /home/*) echo "Expected a Node that every user can run, found $FOUND: $OTHERWISE" && return ;;
  esac
  VERSION_FOUND=$("$FOUND" --version 2>/dev/null)
  at_least "${VERSION_FOUND#v}" "$NODE_WANTED" ||
    echo "Expected Node $NODE_WANTED or newer on the server, found ${VERSION_FOUND:-one that does not start} at $FOUND: $OTHERWISE"
}

# The processor as Node names it, or none. The kernel may be 64-bit where all programs are 32-bit (a Raspberry Pi with
# an older system).
find_arch() {
  ARCH_FOUND=$(uname -m)
  case $ARCH_FOUND in
    x86_64) ARCH=x64 ;;
    aarch64 | arm64) ARCH=arm64 ;;
    *) ARCH=none ;;
  esac
  if [ "$(getconf LONG_BIT 2>/dev/null)" = 32 ]; then
    ARCH=none ARCH_FOUND="$ARCH_FOUND with 32-bit programs"
  fi
}

# Whether a version, such as 2.36 or 22.19.1, is not older than one of two numbers.
at_least() { # FOUND WANTED
  case $1 in [0-9]*.[0-9]*) ;; *) return 1 ;; esac
  MINOR=${1#*.} MINOR=${MINOR%%[!0-9]*}
  [ "${1%%.*}" -gt "${2%%.*}" ] || { [ "${1%%.*}" -eq "${2%%.*}" ] && [ "$MINOR" -ge "${2#*.}" ]; }
}

# Two servers with the same name of a release have the same build, unit, configuration and runtime.
release_name() { # VERSION, SHA256SUMS without its last line end, the configuration's SHA-256, RUNTIME
  NAMED=$(printf '%s\n%s  config.yaml\nruntime %s\n' "$2" "$3" "$4" | sha256sum)
  printf '%s-%.8s\n' "$1" "$NAMED"
}

# --- The probe: what a server is and has. Changes nothing, and runs as root ------------------------------------
#
#   probe facts bundled|system [VERSION NODE SUMS CONFIG_SHA256] [texts] [installer]
#   probe outcome DIRECTORY
#
# Every answer is a line NAME=VALUE; "problem" may stand in several. What a login shell prints before the first of them,
# "probe=1", is noise; an answer without "end=ok" was cut off. It starts few processes, as each costs a small server more
# than what it answers.
#
#   facts      everything that a plan needs. With VERSION, NODE (such as node-v24.21.0), the text of the artifact's
#              SHA256SUMS and the digest of the configuration also the name of the release that these make.
#   texts      the configuration and the unit as well, in base64: secrets are in them
#   installer  what the live release's own installer would change
#   outcome    on which release the server stands, whether a transfer is still being installed from DIRECTORY, and what
#              the agent says of itself
set -u
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

say() { printf '%s=%s\n' "$1" "$2"; }

# A larger file is none of ours, and an answer is bounded.
readonly MAX_TEXT=262144

probe() {
  say probe 1
  case $1 in
    outcome) about_outcome "$2" ;;
    *) shift && about_everything "$@" ;;
  esac
  say end ok
}

about_outcome() { # DIRECTORY
  [ ! -d "$1" ] || say receiving yes
  about_paths "$CURRENT"
  [ ! -e "$ACTIVATING" ] || say activating yes
  about_service ActiveState
  about_status
}

about_status() {
  [ ! -f "$STATUS" ] || [ -L "$STATUS" ] || say status "$(head -c 65536 "$STATUS" | tr '\n' ' ')"
}

about_everything() { # bundled|system [VERSION NODE SUMS CONFIG_SHA256] [texts] [installer]
  RUNTIME=$1 && shift
  about_server
  if [ $# -ge 4 ]; then
    [ "$RUNTIME" = system ] || RUNTIME=$2-linux-$ARCH
    say runtime "$RUNTIME"
    say release "$(release_name "$1" "$3" "$4" "$RUNTIME")"
    shift 4
  fi
  about_paths "$BASE" "$CONFIG_DIR" "$CURRENT" "$PREVIOUS" "$CURRENT/node" "$CONFIG" "$UNIT_FILE" "$INCOMING"
  sha256sum "$CONFIG" "$UNIT_FILE" "$RELEASES"/*/SHA256SUMS 2>/dev/null | sed 's|^\([0-9a-f]*\) [ *]\(.*\)$|sha256:\2=\1|'
  about_releases
  about_service LoadState,ActiveState,UnitFileState,MainPID,NRestarts,NeedDaemonReload,ExecStart
  about_status
  for EXTRA in "$@"; do
    case $EXTRA in
      texts) about_texts ;;
      installer) about_installer ;;
    esac
  done
}

about_server() {
  { server_problems; node_problems "$RUNTIME"; } | sed 's/^/problem=/'
  find_arch
  say arch "$ARCH"
  say machine "$ARCH_FOUND"
  say libc "$(getconf GNU_LIBC_VERSION 2>/dev/null)"
  say time "$(date +%s)"
  # The file system on which the directory is or will be made.
  AT=$BASE
  while [ ! -d "$AT" ]; do AT=${AT%/*} && AT=${AT:-/}; done
  df -Pk "$AT" /var/tmp 2>/dev/null | {
    read -r _
    read -r FILESYSTEM _ _ FREE _ && say space:install "$FREE $FILESYSTEM"
    read -r FILESYSTEM _ _ FREE _ && say space:temporary "$FREE $FILESYSTEM"
  }
  say user "$(getent passwd "$AGENT_USER")"
  say group "$(getent group "$AGENT_USER")"
}

about_paths() { # PATH...
  stat --printf 'stat:%n=%F %a %U:%G\nname:%n=%N\n' "$@" 2>/dev/null
}

about_releases() {
  for NODE in "$RUNTIMES"/*/bin/node; do
    NAME=${NODE%/bin/node}
    [ ! -x "$NODE" ] || say "has:${NAME##*/}" yes
  done
  [ ! -x "$CURRENT/node" ] || say node_runnable yes
  [ ! -f "$CURRENT/SHA256SUMS" ] || ! (cd "$CURRENT" && sha256sum -c --status SHA256SUMS) 2>/dev/null || say intact yes
  [ ! -e "$ACTIVATING" ] || say activating yes
  [ ! -f "$BASE/homelab-agent.py" ] || say python "$BASE/homelab-agent.py"
}

about_service() { # PROPERTIES
  systemctl show "$UNIT" -p "$1" 2>/dev/null | sed 's/^/service:/'
}

about_texts() {
  for FILE in "$CONFIG" "$UNIT_FILE"; do
    [ -f "$FILE" ] && [ "$(stat -Lc %s "$FILE")" -le "$MAX_TEXT" ] && say "text:$FILE" "$(base64 -w 0 "$FILE")"
  done
}

about_installer() {
  RESULT=none
  [ ! -f "$CURRENT/install-agent.sh" ] ||
    RESULT=$(sh "$CURRENT/install-agent.sh" --check 2>/dev/null | sed -n 's/^result: *//p')
  say installer "${RESULT:-unknown}"
}

probe "$@"
