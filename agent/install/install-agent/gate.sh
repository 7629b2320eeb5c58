# --- The gate --------------------------------------------------------------------------------------------

restart_and_gate() {
  systemctl reset-failed "$UNIT" 2>/dev/null
  if ! systemctl restart "$UNIT" 2>/dev/null 9>&-; then
    REASON="It did not become ready ($(property Result), status $(property ExecMainStatus))"
    return 1
  fi
  PID=$(property MainPID) RESTARTS=$(property NRestarts)
  stay_steady && report_release && { [ "$REQUIRE_BEAT" = no ] || wait_for_beat; }
}

stay_steady() {
  UNTIL=$(($(uptime_seconds) + GATE))
  while is_steady; do
    [ "$(uptime_seconds)" -lt "$UNTIL" ] || return 0
    sleep 1 9>&-
  done
  return 1
}

is_steady() {
  if [ "$(property ActiveState) $(property MainPID) $(property NRestarts)" = "active $PID $RESTARTS" ]; then
    return 0
  fi
  REASON="It became ready, then ended within $GATE s ($(property Result), status $(property ExecMainStatus))"
  return 1
}

report_release() {
  [ "$NEW" != takeover ] || return 0
  UNTIL=$(($(uptime_seconds) + 10))
  until is_running "$NEW"; do
    is_steady || return 1
    REASON="It runs, but $STATUS does not say so: release $(status_field release), process $(status_field pid)"
    [ "$(uptime_seconds)" -lt "$UNTIL" ] || return 1
    sleep 1 9>&-
  done
}

wait_for_beat() {
  UNTIL=$(($(uptime_seconds) + BEAT_WAIT))
  while is_steady; do
    case $(status_field last_success) in [0-9]*) return 0 ;; esac
    REASON="It runs, but the hub accepted no beat within $BEAT_WAIT s: $(status_field last_error)"
    [ "$(uptime_seconds)" -lt "$UNTIL" ] || return 1
    sleep 1 9>&-
  done
  return 1
}

journal_cursor() { journalctl -n 0 --show-cursor 2>/dev/null | sed -n 's/^-- cursor: //p'; }

show_journal() {
  journalctl --sync 2>/dev/null
  journalctl -u "$UNIT" --no-pager -o cat ${SINCE:+--after-cursor="$SINCE"} -n 20 2>/dev/null |
    while IFS= read -r LINE; do say "journal: $LINE"; done
}

