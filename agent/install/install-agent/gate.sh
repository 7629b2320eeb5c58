# --- The gate --------------------------------------------------------------------------------------------

restart_and_gate() {
  systemctl reset-failed "$UNIT" 2>/dev/null
  if ! systemctl restart "$UNIT" 2>/dev/null 9>&-; then
    ask_systemd
    REASON="It did not become ready ($RESULT, status $EXIT)"
    return 1
  fi
  ask_systemd
  PID=$MAIN_PID RESTARTS=$RESTARTED
  stay_steady && report_release && { [ "$REQUIRE_BEAT" = no ] || wait_for_beat; }
}

stay_steady() {
  UNTIL=$(($(uptime_seconds) + GATE))
  while [ "$(uptime_seconds)" -lt "$UNTIL" ]; do
    sleep 1 9>&-
    is_steady || return 1
  done
}

is_steady() {
  ask_systemd
  if [ "$ACTIVE $MAIN_PID $RESTARTED" = "active $PID $RESTARTS" ]; then return; fi
  REASON="It became ready, then ended within $GATE s ($RESULT, status $EXIT)"
  return 1
}

report_release() {
  [ "$NEW" != takeover ] || return 0
  UNTIL=$(($(uptime_seconds) + 10))
  until is_running "$NEW"; do
    is_steady || return 1
    REASON="It runs, but $STATUS does not say so: release $(status_field release), process $(status_field pid)"
    [ "$(uptime_seconds)" -lt "$UNTIL" ] || return 1
    nap
  done
}

wait_for_beat() {
  UNTIL=$(($(uptime_seconds) + BEAT_WAIT))
  while is_steady; do
    read_status
    case $(status_field last_success) in [0-9]*) return ;; esac
    REASON="It runs, but the hub accepted no beat within $BEAT_WAIT s: $(status_field last_error)"
    [ "$(uptime_seconds)" -lt "$UNTIL" ] || return 1
    nap
  done
  return 1
}

# Not every sleep knows parts of a second.
nap() { sleep 0.2 9>&- 2>/dev/null || sleep 1 9>&-; }

journal_cursor() {
  CURSOR=$(journalctl -n 0 --show-cursor 2>/dev/null)
  case $CURSOR in *'-- cursor: '*) echo "${CURSOR##*-- cursor: }" ;; esac
}

show_journal() {
  journalctl --sync 2>/dev/null
  journalctl -u "$UNIT" --no-pager -o cat ${SINCE:+--after-cursor="$SINCE"} -n 20 2>/dev/null |
    while IFS= read -r LINE; do say "journal: $LINE"; done
}

