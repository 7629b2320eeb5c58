# --- The probe: what a server is and has. Changes nothing, and runs as root ------------------------------------
#
#   probe facts bundled|system [VERSION NODE SUMS CONFIG_SHA256] [texts] [secrets] [installer]
#   probe outcome DIRECTORY
#   probe beat RELEASE SECONDS
#
# Every answer is a line NAME=VALUE; "problem" and "storage" may stand in several. What a login shell prints before the
# first of them, "probe=1", is noise; an answer without "end=ok" was cut off. It starts few processes, as each costs a
# small server more than what it answers.
#
#   facts      everything that a plan needs, "full" if what it lacks would not fit on its disk. With VERSION, NODE (such
#              as node-v24.21.0), the text of the artifact's SHA256SUMS and the digest of the configuration also the name
#              of the release that these make, and, if the server has another configuration, what that sets (see
#              about_settings).
#   texts      the configuration and the unit as well, in base64: secrets are in them
#   secrets    what the configuration on the server sets in any case, with the secrets in it
#   installer  what the live release's own installer would change
#   beat       waits until the agent of this release has tried to send a heartbeat, at most so long and only while the
#              release is live
#   outcome    on which release the server stands, whether a transfer is still being installed from DIRECTORY, and what
#              the agent says of itself
set -u
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

say() { printf '%s=%s\n' "$1" "$2"; }

readonly AS_ROOT='use sudo, or set ansible_become_user to root'
SYSFS=/sys
# A larger file is none of ours, and an answer is bounded.
readonly MAX_TEXT=262144
# What a release and a runtime need on disk, in KiB, rounded up generously.
readonly RELEASE_KIB=12288 RUNTIME_KIB=143360

probe() {
  say probe 1
  # Every age is counted from it.
  say time "$(date +%s)"
  case $1 in
    outcome) about_outcome "$2" ;;
    beat) about_beat "$2" "$3" ;;
    *) shift && about_everything "$@" ;;
  esac
  say end ok
}

about_outcome() { # DIRECTORY
  [ ! -d "$1" ] || ! is_held "$1" || say receiving yes
  about_paths "$CURRENT"
  [ ! -e "$ACTIVATING" ] || say activating yes
  about_service ActiveState
  about_status
}

about_status() {
  SAID=$(status_text 65536)
  [ -z "$SAID" ] || say status "$SAID"
}

about_beat() { # RELEASE SECONDS
  UNTIL=$(($(uptime_seconds) + $2))
  until has_tried "$1" || ! is_live "$1" || [ "$(uptime_seconds)" -ge "$UNTIL" ]; do
    # Not every sleep knows parts of a second.
    sleep 0.3 2>/dev/null || sleep 1
  done
  about_paths "$CURRENT"
  about_status
}

is_live() { # RELEASE
  case $(readlink "$CURRENT") in */"$1") ;; *) return 1 ;; esac
}

uptime_seconds() {
  read -r UP _ </proc/uptime && echo "${UP%%.*}"
}

has_tried() { # RELEASE
  read_status
  case $STATUS_LINE in *'"release":"'"$1"'"'*'"last_attempt":"'*) ;; *) return 1 ;; esac
}

about_everything() { # bundled|system [VERSION NODE SUMS CONFIG_SHA256] [texts] [installer]
  RUNTIME=$1 SUMS_WANTED='' CONFIG_WANTED='' SECRETS=no && shift
  about_server
  if [ $# -ge 4 ]; then
    [ "$RUNTIME" = system ] || RUNTIME=$2-linux-$ARCH
    say runtime "$RUNTIME"
    say release "$(release_name "$1" "$3" "$4" "$RUNTIME")"
    SUMS_WANTED=$3 CONFIG_WANTED=$4
    shift 4
  fi
  about_paths "$BASE" "$CONFIG_DIR" "$CURRENT" "$PREVIOUS" "$CURRENT/node" "$CONFIG" "$UNIT_FILE" "$INCOMING"
  DIGESTS=$(sha256sum "$CONFIG" "$UNIT_FILE" "$RELEASES"/*/SHA256SUMS 2>/dev/null)
  printf '%s\n' "$DIGESTS" | sed -n 's|^\([0-9a-f]*\) [ *]\(.*\)$|sha256:\2=\1|p'
  user_is_right || say repair "home and shell of $AGENT_USER"
  ! grep -q "^ExecStart=.*$CURRENT/" "$UNIT_FILE" 2>/dev/null || each_foreign say_foreign
  [ ! -L "$CURRENT" ] || ! lacks_command || say repair "the command $AGENT_COMMAND"
  each_leftover say_leftover
  about_releases
  about_disk
  about_service LoadState,ActiveState,UnitFileState,MainPID,NRestarts,NeedDaemonReload,ExecStart
  about_status
  case "$CONFIG_WANTED $DIGESTS" in ' '* | *"$CONFIG_WANTED  $CONFIG"*) ;; *) about_settings ;; esac
  for EXTRA in "$@"; do
    case $EXTRA in
      texts) about_texts ;;
      secrets) SECRETS=yes && about_settings ;;
      installer) about_installer ;;
    esac
  done
}

about_server() {
  # Before the requirements, which a subshell asks with the same answers.
  find_uid
  find_arch
  find_libc
  # Without a process: where none can be started, this has to be said as well.
  { server_problems; node_problems "$RUNTIME"; } | while read -r PROBLEM; do say problem "$PROBLEM"; done
  say arch "$ARCH"
  say machine "$ARCH_FOUND"
  say libc "$LIBC"
  find_user
  say user "$ENTRY"
  say group "$(getent group "$AGENT_USER")"
}

about_disk() {
  AT=$BASE
  while [ ! -d "$AT" ]; do AT=${AT%/*} && AT=${AT:-/}; done
  df -Pk "$AT" / 2>/dev/null | {
    read -r _
    read -r FILESYSTEM _ _ FREE _ && say space "$FREE $FILESYSTEM" && about_room "$FREE" "$FILESYSTEM"
    read -r ROOT _
    about_errors "$FILESYSTEM"
    [ "$ROOT" = "$FILESYSTEM" ] || about_errors "$ROOT"
  }
  # Where the agent is to be installed is asked with the requirements. The root of an image-based system is read-only by
  # design, and no other user may write there.
  [ "$AT" = / ] || [ -e /run/ostree-booted ] || [ "$ID" != 0 ] || about_writable /
}

# Whether what has to be sent fits beside $BASE: a release, its artifact and its runtime, without what is there.
about_room() { # KIB FILESYSTEM
  NEEDED=$((RELEASE_KIB + RELEASE_KIB + RUNTIME_KIB))
  case $1 in '' | *[!0-9]*) return ;; esac
  [ "$1" -lt "$NEEDED" ] || return 0
  ! has_artifact || NEEDED=$((NEEDED - RELEASE_KIB))
  ! has_runtime || NEEDED=$((NEEDED - RUNTIME_KIB))
  [ "$1" -ge "$NEEDED" ] ||
    say full "Expected $((NEEDED * 1024 / 1000000)) MB free for $BASE on $2, found $(($1 * 1024 / 1000000)) MB: make room there first"
}

# A whole release is made of the wanted files.
has_artifact() {
  [ "$SUMS_WANTED" != '' ] && [ "$INTACT" = yes ] || return 1
  SUM=$(printf '%s\n' "$SUMS_WANTED" | sha256sum)
  case $DIGESTS in *"${SUM%% *}  $RELEASES/"*) ;; *) return 1 ;; esac
}

# The wanted one, or any where none was named.
has_runtime() {
  case $RUNTIME in
    system) return ;;
    bundled) set -- "$RUNTIMES"/*/bin/node ;;
    *) set -- "$RUNTIMES/$RUNTIME/bin/node" ;;
  esac
  [ -x "$1" ]
}

# Errors that ext4 has recorded since its last check.
about_errors() { # DEVICE
  DEVICE=$1 ERRORS=0
  [ ! -L "$DEVICE" ] || DEVICE=$(readlink -f "$DEVICE")
  { read -r ERRORS <"$SYSFS/fs/ext4/${DEVICE##*/}/errors_count"; } 2>/dev/null
  [ "$ERRORS" = 0 ] || say storage "Expected no errors on $1, found $ERRORS that ext4 has recorded: check it with e2fsck"
}

about_writable() { # DIRECTORY
  [ -w "$1" ] || say storage "Expected $1 to be writable, found its file system read-only: see \"journalctl -k\" on the server"
}

say_foreign() { # PATH
  say repair "$(printf 'removes %s, which is of another agent' "$1" | tr -d '[:cntrl:]')"
}

say_leftover() { say repair "$1, left by an interrupted run"; } # PATH

about_paths() { # PATH...
  stat --printf 'stat:%n=%F %a %U:%G\nname:%n=%N\n' "$@" 2>/dev/null
}

about_releases() {
  INTACT=no
  for NODE in "$RUNTIMES"/*/bin/node; do
    NAME=${NODE%/bin/node}
    [ ! -x "$NODE" ] || say "has:${NAME##*/}" yes
  done
  [ ! -x "$CURRENT/node" ] || say node_runnable yes
  [ ! -f "$CURRENT/SHA256SUMS" ] || ! (cd "$CURRENT" && sha256sum -c --status SHA256SUMS) 2>/dev/null || INTACT=yes
  say intact "$INTACT"
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
