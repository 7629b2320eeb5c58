# --- Words, arguments, the lock -----------------------------------------------------------------------
#
# Sets, with the parts that read it:
#   BY              recovery
#   CHANGES         modes uninstall
#   CHECK           stage modes uninstall takeover recovery
#   CHECKED         stage
#   GATE            switch
#   KEEP            modes
#   MODE            main
#   PURGE           uninstall
#   REQUIRE_BEAT    switch
#   STAGED          stage
#   TARGET          modes
#   WANTED_CONFIG   state modes
#   WANTED_RUNTIME  state modes

readonly AS_ROOT='use sudo'
readonly STAGING=$BASE/.staging
readonly UNIT_DIR=${UNIT_FILE%/*}
readonly BEAT_WAIT="${HOMELAB_AGENT_BEAT_WAIT:-90}"
C1_LEAD=$(printf '\302') C1_RANGE=$(printf '\200-\237')

# A lost connection must not end an activation.
say() { print_plain "$*" 2>/dev/null || :; }
complain() { print_plain "error: $*" >&2 2>/dev/null || :; }
ok() { say "ok: $*"; }
changed() { CHANGES=yes; say "changed: $*"; }
record() { logger -t "$TAG" -- "$(print_plain "$* by=\"$BY\"")" 2>/dev/null || :; }

# Words of the agent, and so of its user, stand in what is said: no escape sequence of theirs may reach a terminal.
print_plain() { # TEXT
  case $1 in
    *[[:cntrl:]]* | *"$C1_LEAD"*) printf '%s\n' "$1" | without_controls ;;
    *) printf '%s\n' "$1" ;;
  esac
}

# A question mark for each control character but line ends and tabs: of ASCII, and those that UTF-8 writes in two bytes.
without_controls() {
  tr '\001-\010\013-\037\177' '[?*]' | sed "s/${C1_LEAD}[$C1_RANGE]/?/g"
}

finish() { # RESULT STATUS
  say "result: $1"
  exit "$2"
}
refuse() { # nothing was touched
  complain "$*"
  finish failed 2
}

usage() { sed -n '2,/^set -u/ { /^#/ { s/^# \{0,1\}//; p; } }' "$0"; }

parse_arguments() {
  MODE=install CHECK=no GATE=5 REQUIRE_BEAT=no KEEP=5 PURGE=no CHANGES=no
  read -r HOST </proc/sys/kernel/hostname || HOST='this server'
  BY="${SUDO_USER:-${LOGNAME:-root}} on $HOST"
  WANTED_CONFIG='' WANTED_RUNTIME='' TARGET='' STAGED=no CHECKED=no
  while [ $# -gt 0 ]; do
    case $1 in
      --config | --runtime | --gate | --keep | --by)
        [ $# -ge 2 ] || refuse "$1 wants a value"
        take_value "$1" "$2"
        shift
        ;;
      --check) CHECK=yes ;;
      --checked) CHECKED=yes ;;
      --require-beat) REQUIRE_BEAT=yes ;;
      --purge) PURGE=yes ;;
      --releases) MODE=releases ;;
      --uninstall) MODE=uninstall ;;
      --recover) MODE=recover ;;
      --guard) MODE=guard ;;
      --rollback)
        MODE=rollback
        case ${2:-} in '' | -*) ;; *) TARGET=$2 && shift ;; esac
        ;;
      -h | --help) usage && exit 0 ;;
      *) refuse "Unknown argument \"$1\"; --help lists what there is" ;;
    esac
    shift
  done
  [ "$PURGE" = no ] || [ "$MODE" = uninstall ] || refuse "--purge belongs to --uninstall"
  case $TARGET in */* | .*) refuse "Expected the name of a release, found \"$TARGET\"" ;; esac
}

take_value() { # OPTION VALUE
  case $1 in
    --config) WANTED_CONFIG=$2 ;;
    --runtime) WANTED_RUNTIME=$2 ;;
    --gate) check_number "$1" "$2" && GATE=$2 ;;
    --keep) check_number "$1" "$2" && KEEP=$2 ;;
    --by) BY=$(plain "$2") ;;
  esac
}

# Without what could end a line of the journal, or look like another field of it.
plain() { # TEXT
  case $1 in
    *[![:alnum:]\ @._:/+-]*) printf '%s' "$1" | tr -cd '[:alnum:] @._:/+-' | cut -c1-100 ;;
    *) printf '%.100s' "$1" ;;
  esac
}

check_number() { # OPTION VALUE
  case $2 in
    '' | *[!0-9]* | ??????*) refuse "$1 wants a whole number, found \"$2\"" ;;
  esac
}

check_server() { refuse_any "$(server_problems)"; }

refuse_any() { # PROBLEMS, a line each
  [ -z "$1" ] || refuse "$1"
}

# One installation at a time. The kernel frees the lock when its holder dies, so it is never stale.
take_lock() {
  open_lock
  if ! flock -n 9; then
    HOLDER=$(cat "$LOCK")
    complain "Another installation is running${HOLDER:+: $HOLDER}. Wait for it to end, then run this again"
    finish failed 75
  fi
  sign_lock
}

# For root alone: to hold a lock, it is enough to be able to read its file.
open_lock() {
  (umask 077 && : >>"$LOCK" && chmod 0600 "$LOCK") || refuse "Cannot write $LOCK"
  exec 9>>"$LOCK"
}

sign_lock() { printf 'by %s since %s (process %s)\n' "$BY" "$(now)" $$ >"$LOCK"; }

now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
same() { [ -f "$1" ] && [ -f "$2" ] && cmp -s "$1" "$2"; }
is_ours() { grep -q "^ExecStart=.*$CURRENT/" "$1" 2>/dev/null; }
# Every file of ours, or the file system of one place.
on_disk() {
  [ $# -gt 0 ] || set -- "$BASE" "$CONFIG_DIR" "$UNIT_DIR"
  sync -f "$@" 2>/dev/null || sync
}

# Without a process where none of them is there.
rm_there() { # PATH...
  for THERE in "$@"; do
    [ -e "$THERE" ] || [ -L "$THERE" ] || continue
    rm -rf "$@"
    return
  done
}

digest() { # FILE
  SUM=$(sha256sum <"$1") && echo "${SUM%% *}"
}

link_name() { # LINK
  LINKED=$(readlink "$1" 2>/dev/null)
  echo "${LINKED##*/}"
}

uptime_seconds() {
  read -r UP _ </proc/uptime && echo "${UP%%.*}"
}

