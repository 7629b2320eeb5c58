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
