# --- The switch and the gate --------------------------------------------------------------------------
#
# Sets, with the parts that read it:
#   OLD             stage modes uninstall takeover recovery
#   REASON          recovery
#   STAGED          stage

activate() {
  [ "$OLD" = "$NEW" ] || note_accepted
  stage_switch || give_up "Cannot prepare the switch; is the disk full?"
  start_guard
  # From here on it ends in exactly the new or exactly the old state, even if the connection or this process ends.
  trap '' HUP INT TERM PIPE
  if ! mv -T "$BASE/.activating" "$ACTIVATING"; then
    stop_guard
    give_up "Cannot begin the switch"
  fi
  on_disk
  SINCE=$(journal_cursor)
  if switch && restart_and_gate; then
    commit
  else
    REASON=${REASON:-The switch failed}
    complain "$NEW: $REASON"
    show_journal
    roll_back
  fi
}

# The new files and those to restore lie ready beside their places, so that the switch needs no space.
stage_switch() {
  STAGED=yes
  NOTES=$BASE/.activating OLD_FILES=$RELEASES/$OLD
  if [ "$OLD" = takeover ]; then
    OLD_FILES=$TAKEOVER
    save_takeover || return 1
  fi
  mkdir -m 0700 "$NOTES" &&
    echo "$OLD" >"$NOTES/old" &&
    echo "$NEW" >"$NOTES/new" &&
    echo "$ENABLED" >"$NOTES/enabled" &&
    link_name "$PREVIOUS" >"$NOTES/previous" &&
    keep_old "$CONFIG" "$SAME_CONFIG" config.yaml &&
    keep_old "$UNIT_FILE" "$SAME_UNIT" "$UNIT" &&
    { [ "$SAME_CONFIG" = yes ] || install -m 0640 -g "$AGENT_USER" "$NEW_CONFIG" "$CONFIG.new"; } &&
    { [ "$SAME_UNIT" = yes ] || install -m 0644 "$SOURCE/$UNIT" "$UNIT_FILE.new"; } &&
    stage_links &&
    on_disk
}

stage_links() {
  for LINK in "$CURRENT" "$PREVIOUS"; do
    [ ! -L "$LINK" ] || cp -P "$LINK" "$LINK.old" || return 1
  done
  ln -s "releases/$NEW" "$CURRENT.new" || return 1
  case $OLD in
    none | takeover | "$NEW") ;;
    *) [ ! -d "$RELEASES/$OLD" ] || ln -s "releases/$OLD" "$PREVIOUS.new" ;;
  esac
}

# What to restore: what is live. Where the live file already is the wanted one, edited by hand, it is what the old
# release went live with.
keep_old() { # LIVE SAME NAME
  if [ ! -e "$1" ]; then
    : >"$NOTES/absent-$3"
  elif [ "$2" = yes ] && [ -f "$OLD_FILES/$3" ]; then
    cp -p "$OLD_FILES/$3" "$1.old" && give_access "$1"
  else
    ln "$1" "$1.old" 2>/dev/null || cp -p "$1" "$1.old"
  fi
}

# The configuration of a release is root's alone, and the live one the agent's as well.
give_access() { # LIVE
  [ "$1" != "$CONFIG" ] || [ "$OLD" = takeover ] || { chgrp "$AGENT_USER" "$1.old" && chmod 0640 "$1.old"; }
}

switch() {
  take "$CURRENT" &&
    take "$UNIT_FILE" &&
    take "$CONFIG" &&
    take_previous &&
    on_disk &&
    read_units
}

# Before the release that took another agent over, that agent ran.
take_previous() {
  if [ "$OLD" = takeover ]; then rm -f "$PREVIOUS"; else take "$PREVIOUS"; fi
}

# Reading all units again is the slowest request to systemd, and "enable" does it anyway.
read_units() {
  if [ "$ENABLED" = no ]; then
    systemctl enable --quiet "$UNIT" 9>&-
  elif [ "$SAME_UNIT$OUTDATED" != yesno ]; then
    reload_units
  fi
}

take() {
  if [ -e "$1.new" ] || [ -L "$1.new" ]; then mv -fT "$1.new" "$1"; fi
}

reload_units() { systemctl daemon-reload 9>&-; }

commit() {
  mv -T "$ACTIVATING" "$BASE/.activating"
  touch "$RELEASES/$NEW"
  on_disk
  stop_guard
  tidy
}

# What a finished activation no longer needs. A killed one may have left it, too.
tidy() {
  rm_with_beside "$BASE/.activating" "$STAGING"
  move_takeover
}

rm_with_beside() { # PATH...: these, and what lies beside the live files
  for LIVE in "$CONFIG" "$UNIT_FILE" "$CURRENT" "$PREVIOUS"; do set -- "$@" "$LIVE.old" "$LIVE.new"; done
  rm_there "$@"
}

roll_back() {
  OLD=$(cat "$ACTIVATING/old")
  put_back
  systemctl reset-failed "$UNIT" 2>/dev/null 9>&-
  OUTCOME=failed
  if [ "$OLD" = none ]; then
    systemctl stop "$UNIT" 2>/dev/null 9>&-
    complain "There was no release before it. Its files stay in $RELEASES/$NEW"
  elif systemctl restart "$UNIT" 2>/dev/null 9>&- && systemctl is-active --quiet "$UNIT"; then
    [ "$OLD" = "$NEW" ] || OUTCOME=rolled-back
    complain "Rolled back: $(called "$OLD") runs. What failed stays in $RELEASES/$NEW"
  else
    complain "Rolled back: $(called "$OLD"), but it does not start either"
  fi
  stop_guard
  record "result=$OUTCOME release=$NEW before=$OLD reason=\"$REASON\""
  finish "$OUTCOME" 1
}

called() { case $1 in takeover) echo 'the former agent' ;; *) echo "$1" ;; esac }

# Idempotent, and by renames alone: it may itself be cut short, and the disk may be full.
put_back() {
  put_link_back "$CURRENT" "$OLD"
  put_link_back "$PREVIOUS" "$(cat "$ACTIVATING/previous")"
  [ "$(cat "$ACTIVATING/enabled")" = yes ] || systemctl disable --quiet "$UNIT" 2>/dev/null 9>&-
  put_file_back "$CONFIG" config.yaml
  put_file_back "$UNIT_FILE" "$UNIT"
  on_disk
  reload_units
  rm -rf "$BASE/.activating"
  mv -T "$ACTIVATING" "$BASE/.activating"
  [ "$OLD" != takeover ] || rm -rf "$TAKEOVER"
  on_disk
  tidy
}

put_link_back() { # LINK RELEASE
  if [ -L "$1.old" ]; then
    mv -fT "$1.old" "$1"
    return
  fi
  case $2 in '' | none | takeover) rm -f "$1" ;; esac
}

put_file_back() { # LIVE NAME
  if [ -e "$ACTIVATING/absent-$2" ]; then
    rm -f "$1"
  elif [ -e "$1.old" ]; then
    # Two names of one file: a rename would do nothing.
    if same "$1.old" "$1"; then rm -f "$1.old"; else mv -f "$1.old" "$1"; fi
  fi
}

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
    # The hub would answer the same beat in the same way again.
    if [ "$(status_field last_answer)" = refused ]; then
      REASON="It runs, but the hub refuses its beats: $(status_field last_error)"
      return 1
    fi
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
    head -c 65536 | without_controls | while IFS= read -r LINE; do say "journal: $LINE"; done
}

