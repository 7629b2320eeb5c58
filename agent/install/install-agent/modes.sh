# --- Install, roll back, list -------------------------------------------------------------------------
#
# Sets, with the parts that read it:
#   NEW             stage switch recovery
#   NEW_CONFIG      state stage switch
#   SAME_CONFIG     switch
#   SAME_UNIT       switch
#   SOURCE          state stage switch
#   STAGED          stage
#   TARGET          begin
#   WHOLE           stage

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
  correct_user
  each_leftover remove_leftover
  look_at_modes "$BASE" "$RELEASES" "$RUNTIMES" "$CONFIG_DIR"
  for DIRECTORY in "$BASE" "$RELEASES" "$RUNTIMES" "$CONFIG_DIR"; do ensure_directory "$DIRECTORY"; done
  place_runtime
  place_release
  go_live
}

remove_leftover() { # PATH
  changed "removed $1, left by an interrupted run"
  [ "$CHECK" = yes ] || rm -rf "$1"
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
  if [ -e "$RELEASES/$NEW" ]; then
    # Damaged since it was installed. The running agent keeps the files that it has open.
    mv "$RELEASES/$NEW" "$STAGING/damaged"
    REPAIRED=yes
  fi
  mv -T "$STAGING/release" "$RELEASES/$NEW" || give_up "Cannot place the release $NEW"
}

# Decides what differs between the live state and release $NEW, says so, and switches where anything does.
go_live() {
  RESTART=$REPAIRED
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
  remove_foreign
  link_command
  look_at_modes "$CONFIG" "$UNIT_FILE"
  ensure_mode "$CONFIG" 640 "root:$AGENT_USER"
  ensure_mode "$UNIT_FILE" 644 root:root
  prune
  conclude
}

link_command() {
  lacks_command || return 0
  changed "command $AGENT_COMMAND"
  [ "$CHECK" = yes ] || ln -s "$CURRENT/homelab-agent" "$AGENT_COMMAND" || give_up "Cannot link $AGENT_COMMAND"
}

unlink_command() { [ "$(readlink "$AGENT_COMMAND")" != "$CURRENT/homelab-agent" ] || rm -f "$AGENT_COMMAND"; }

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

roll_back_by_hand() {
  look_around
  [ -n "$TARGET" ] || [ ! -L "$PREVIOUS" ] || TARGET=$(link_name "$PREVIOUS")
  case $TARGET in
    '' | takeover) bring_takeover_back ;;
  esac
  [ -d "$RELEASES/$TARGET" ] || refuse "No release $TARGET on this server; there are: $(release_names)"
  release_is_whole "$TARGET" || refuse "The release $TARGET is damaged: $(damaged "$RELEASES/$TARGET")"
  NEW=$TARGET SOURCE=$RELEASES/$TARGET NEW_CONFIG=$RELEASES/$TARGET/config.yaml
  if [ "$OLD" = "$NEW" ]; then ok "release $NEW"; else changed "release $NEW (before: $OLD)"; fi
  STAGED=yes
  go_live
}

is_release() { # DIRECTORY: one that this script made
  case ${1##*/} in
    *-[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]) [ -f "$1/SHA256SUMS" ] && [ ! -L "$1" ] ;;
    *) false ;;
  esac
}

release_names() {
  list_releases | cut -f 1 | paste -sd ' ' -
}

list_releases() {
  for DIRECTORY in "$RELEASES"/*; do
    is_release "$DIRECTORY" || continue
    NAME=${DIRECTORY##*/} STATE=-
    [ "$NAME" != "$(link_name "$PREVIOUS")" ] || STATE=previous
    [ "$NAME" != "$(link_name "$CURRENT")" ] || STATE=current
    BEAT=-
    ! is_accepted "$NAME" || BEAT=accepted
    printf '%s\t%s\t%s\t%s\n' "$NAME" "$STATE" "$(date -u -d "@$(stat -c %Y "$DIRECTORY")" +%Y-%m-%dT%H:%M:%SZ)" "$BEAT"
  done
  [ ! -f "$TAKEOVER/$UNIT" ] || printf 'takeover\t-\t%s\t-\n' "$(date -u -r "$TAKEOVER/$UNIT" +%Y-%m-%dT%H:%M:%SZ)"
}

# The oldest go, by the time of their directory; never the live one, the one before it, the newest of which the hub
# accepted a beat, or what is not ours.
prune() {
  [ "$CHECK" = no ] && [ "$CHANGES" = yes ] || return 0
  # Secrets of releases that are not live are root's alone.
  chown root:root "$RELEASES"/*/config.yaml && chmod 0600 "$RELEASES"/*/config.yaml
  [ ! -e "$INCOMING" ] || installs_from_incoming || remove_leftover "$INCOMING"
  set -- "$RELEASES"/*
  [ $# -le "$KEEP" ] || prune_releases
  prune_runtimes
}

# The role does.
installs_from_incoming() {
  case " $0 $WANTED_CONFIG $WANTED_RUNTIME" in *" $INCOMING"/*) ;; *) return 1 ;; esac
}

prune_releases() {
  COUNT=0 NEWEST=''
  # shellcheck disable=SC2045 # What is looked at has a name that is_release knows, without spaces.
  for NAME in $(ls -t "$RELEASES" 2>/dev/null); do
    is_release "$RELEASES/$NAME" || continue
    COUNT=$((COUNT + 1))
    [ -n "$NEWEST" ] || ! is_accepted "$NAME" || NEWEST=$NAME
    [ "$COUNT" -gt "$KEEP" ] || continue
    case $NAME in "$NEWEST" | "$(link_name "$CURRENT")" | "$(link_name "$PREVIOUS")") continue ;; esac
    rm -rf "${RELEASES:?}/$NAME"
    changed "old release $NAME removed"
  done
}

prune_runtimes() {
  for DIRECTORY in "$RUNTIMES"/node-v*-linux-*; do
    NAME=${DIRECTORY##*/} USED=no
    [ -d "$DIRECTORY" ] || continue
    [ "$NAME" != "$RUNTIME" ] || continue
    for LINK in "$RELEASES"/*/node; do
      case $(readlink "$LINK") in */"$NAME"/*) USED=yes ;; esac
    done
    [ "$USED" = yes ] || { rm -rf "$DIRECTORY" && changed "old runtime $NAME removed"; }
  done
}

