# --- The server ------------------------------------------------------------------------------------------

check_server() { refuse_any "$(server_problems)"; }

refuse_any() { # PROBLEMS, a line each
  [ -z "$1" ] || refuse "$1"
}

# One installation at a time. The kernel frees the lock when its holder dies, so it is never stale.
take_lock() {
  exec 9>>"$LOCK" || refuse "Cannot write $LOCK"
  if ! flock -n 9; then
    complain "Another installation is running: $(cat "$LOCK"). Wait for it to end, then run this again"
    finish failed 75
  fi
  printf 'by %s since %s (process %s)\n' "$BY" "$(now)" $$ >"$LOCK"
}

now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
same() { [ -f "$1" ] && [ -f "$2" ] && cmp -s "$1" "$2"; }
is_ours() { grep -q "^ExecStart=$CURRENT/" "$1" 2>/dev/null; }
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

