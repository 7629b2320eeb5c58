# --- Another agent under our name: saved, moved aside, brought back -----------------------------------
#
# Sets, with the parts that read it:
#   NEW             stage modes switch recovery

# The agent looks for its server_guid in a configuration beside its own, so one copy stays there.
save_takeover() {
  # From a takeover that was finished, and whose agent is no longer the one that is here.
  [ ! -d "$TAKEOVER/files" ] || rm -rf "$TAKEOVER"
  [ ! -f "$TAKEOVER/$UNIT" ] || return 0
  mkdir -p "$TAKEOVER" && chmod 0755 "$TAKEOVER" && echo "$ENABLED" >"$TAKEOVER/enabled" || return 1
  if [ -e "$CONFIG" ]; then
    cp -p "$CONFIG" "$TAKEOVER/config.yaml" &&
      install -m 0640 -g "$AGENT_USER" "$CONFIG" "$CONFIG.before" || return 1
  fi
  cp -p "$UNIT_FILE" "$TAKEOVER/.$UNIT" && on_disk && mv "$TAKEOVER/.$UNIT" "$TAKEOVER/$UNIT"
}

# Its programs, once the new agent stands. Until then its service could be started again.
move_takeover() {
  [ -L "$CURRENT" ] && [ -f "$TAKEOVER/$UNIT" ] && [ ! -d "$TAKEOVER/files" ] || return 0
  mkdir -p "$TAKEOVER/files.new"
  each_foreign mv -t "$TAKEOVER/files.new/"
  mv -T "$TAKEOVER/files.new" "$TAKEOVER/files"
  changed "former agent moved to $TAKEOVER"
}

# What the hub's "Upgrade" of its own agent leaves beside ours.
remove_foreign() {
  case $OLD in none | takeover) return ;; esac
  each_foreign remove_entry
}

remove_entry() { # PATH
  changed "file of another agent removed: $1"
  [ "$CHECK" = yes ] || rm -rf "$1"
}

bring_takeover_back() {
  [ -f "$TAKEOVER/$UNIT" ] || refuse "No release before this one is recorded; on this server are: $(release_names)"
  NEW=takeover
  changed "former agent brought back (before: $OLD)"
  [ "$CHECK" = no ] || finish changed 0
  systemctl stop "$UNIT" 2>/dev/null
  for ENTRY in "$TAKEOVER"/files/* "$TAKEOVER"/files/.[!.]*; do
    [ ! -e "$ENTRY" ] || mv "$ENTRY" "$BASE/" || give_up "Cannot move $ENTRY back"
  done
  [ ! -f "$TAKEOVER/config.yaml" ] || cp -p "$TAKEOVER/config.yaml" "$CONFIG"
  cp -p "$TAKEOVER/$UNIT" "$UNIT_FILE" || give_up "Cannot put the unit back"
  rm -f "$CURRENT" "$PREVIOUS"
  unlink_command
  on_disk
  systemctl daemon-reload
  [ "$(cat "$TAKEOVER/enabled")" = yes ] || systemctl disable --quiet "$UNIT"
  systemctl start "$UNIT" || { complain "The former agent is back, but does not start" && finish failed 1; }
  rm -rf "$TAKEOVER" "$CONFIG.before"
  conclude
}

