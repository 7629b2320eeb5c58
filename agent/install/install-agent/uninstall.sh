# --- Uninstall ----------------------------------------------------------------------------------------
#
# Sets, with the parts that read it:
#   CHANGES         modes
#   NEW             stage modes switch recovery

uninstall() {
  look_around
  [ "$OLD" != takeover ] || refuse "The service here is that of another agent, which is not ours to remove"
  for THING in "$UNIT_FILE" "$RELEASES" "$RUNTIMES" "$CURRENT" "$PREVIOUS"; do
    [ ! -e "$THING" ] && [ ! -L "$THING" ] || CHANGES=yes
  done
  if [ "$PURGE" = yes ]; then
    for THING in "$BASE" "$CONFIG_DIR" "$STATE_DIR"; do [ ! -e "$THING" ] || CHANGES=yes; done
    for DATABASE in passwd group; do ! getent "$DATABASE" "$AGENT_USER" >/dev/null || CHANGES=yes; done
  fi
  [ "$CHANGES" = yes ] || { ok "no agent here" && finish unchanged 0; }
  NEW=none
  [ "$CHECK" = yes ] || remove
  if [ "$OLD" = none ]; then changed "agent removed"; else changed "agent $OLD removed"; fi
  [ "$PURGE" = no ] || changed "configuration, state and user removed"
  conclude
}

remove() {
  LEFT=''
  [ ! -e "$UNIT_FILE" ] || attempt systemctl disable --quiet --now "$UNIT"
  attempt rm -f "$UNIT_FILE" "$CURRENT" "$PREVIOUS"
  attempt unlink_command
  attempt systemctl daemon-reload
  systemctl reset-failed "$UNIT" 2>/dev/null
  attempt rm -rf "$RELEASES" "$RUNTIMES" "$STAGING" /run/homelab-agent
  if [ "$PURGE" = yes ]; then
    attempt rm -rf "$BASE" "$CONFIG_DIR" "$STATE_DIR"
    remove_user
  fi
  rmdir "$BASE" 2>/dev/null || :
  [ -z "$LEFT" ] || report_left
}

# Goes on where one thing cannot be removed.
attempt() { # COMMAND...
  WHY=$("$@" 2>&1) || LEFT="$LEFT${LEFT:+; }$(printf '%s\n' "${WHY:-"$1 failed"}" | head -n 1)"
}

remove_user() {
  if find_user; then
    end_processes
    attempt userdel "$AGENT_USER"
  fi
  find_user || ! getent group "$AGENT_USER" >/dev/null || attempt groupdel "$AGENT_USER"
}

# What runs as the agent's user outside its service, and would keep userdel from removing it. A container's processes
# may have the same number, and belong to another user.
end_processes() {
  NUMBER=${ENTRY#*:*:}
  NUMBER=${NUMBER%%:*}
  [ "$NUMBER" != 0 ] && pkill -KILL -u "$NUMBER" --ns $$ --nslist pid 2>/dev/null && sleep 1
}

report_left() {
  complain "Expected nothing of the agent to stay, found what cannot be removed: $LEFT. See to that, then run this again"
  record "result=failed release=none before=$OLD reason=\"$LEFT\""
  finish failed 1
}

