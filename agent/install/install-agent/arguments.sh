# --- Arguments -------------------------------------------------------------------------------------------

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
      --take-over) MODE=takeover ;;
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

