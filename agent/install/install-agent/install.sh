# --- Install ---------------------------------------------------------------------------------------------

install_release() {
  find_source
  choose_config
  choose_runtime
  NEW=$(name_release "$SOURCE" "$NEW_CONFIG" "$RUNTIME")
  look_around
  WHOLE=no
  ! release_is_whole "$NEW" || WHOLE=yes
  [ "$WHOLE $OLD" = "yes $NEW" ] || stage
  ensure_user
  look_at_modes "$BASE" "$RELEASES" "$RUNTIMES" "$CONFIG_DIR"
  for DIRECTORY in "$BASE" "$RELEASES" "$RUNTIMES" "$CONFIG_DIR"; do ensure_directory "$DIRECTORY"; done
  place_runtime
  place_release
  go_live
}

place_runtime() {
  if [ "$RUNTIME" = system ] || [ -x "$RUNTIMES/$RUNTIME/bin/node" ]; then
    ok "runtime $RUNTIME"
    return
  fi
  changed "runtime $RUNTIME"
  [ "$CHECK" = no ] || return 0
  rm_there "${RUNTIMES:?}/$RUNTIME"
  mv "$STAGING/$RUNTIME" "$RUNTIMES/$RUNTIME" || give_up "Cannot place the runtime"
}

place_release() {
  if [ "$WHOLE $OLD" = "yes $NEW" ]; then
    ok "release $NEW"
    return
  fi
  changed "release $NEW (before: $OLD)"
  [ "$CHECK$WHOLE" = nono ] || return 0
  chgrp "$AGENT_USER" "$STAGING/release/config.yaml" || give_up "Cannot write the release $NEW"
  if [ -e "$RELEASES/$NEW" ]; then
    # Damaged since it was installed. The running agent keeps the files that it has open.
    mv "$RELEASES/$NEW" "$STAGING/damaged"
    REPAIRED=yes
  fi
  mv -T "$STAGING/release" "$RELEASES/$NEW" || give_up "Cannot place the release $NEW"
}

# Decides what differs between the live state and release $NEW, says so, and switches where anything does.
go_live() {
  RESTART=${REPAIRED:-no}
  [ "$OLD" = "$NEW" ] || RESTART=yes
  SAME_CONFIG=no SAME_UNIT=no
  ! same "$NEW_CONFIG" "$CONFIG" || SAME_CONFIG=yes
  ! same "$SOURCE/$UNIT" "$UNIT_FILE" || SAME_UNIT=yes
  compared "$SAME_CONFIG" "configuration $CONFIG"
  compared "$SAME_UNIT" "unit $UNIT_FILE"
  if [ "$ENABLED" = yes ]; then ok "service enabled"; else changed "service enabled"; fi
  # Somebody changed the unit's drop-ins, and systemd has not read them yet.
  [ "$OUTDATED" != yes ] || RESTART=yes
  [ "$RESTART" = yes ] || is_running "$NEW" || RESTART=yes
  if [ "$RESTART" = yes ]; then
    changed "service restarted"
    [ "$CHECK" = yes ] || activate
  else
    ok "service running"
    [ "$ENABLED" = yes ] || [ "$CHECK" = yes ] || systemctl enable --quiet "$UNIT" || give_up "Cannot enable $UNIT"
  fi
  look_at_modes "$CONFIG" "$UNIT_FILE"
  ensure_mode "$CONFIG" 640 "root:$AGENT_USER"
  ensure_mode "$UNIT_FILE" 644 root:root
  prune
  conclude
}

compared() { # SAME WORDS
  if [ "$1" = yes ]; then
    ok "$2"
  else
    changed "$2"
    RESTART=yes
  fi
}

conclude() {
  if [ "$CHANGES" = no ]; then finish unchanged 0; fi
  [ "$CHECK" = yes ] || record "result=changed release=$NEW before=$OLD"
  finish changed 0
}

