# --- Roll back, list, remove -----------------------------------------------------------------------------

roll_back_by_hand() {
  look_around
  [ -n "$TARGET" ] || [ ! -L "$PREVIOUS" ] || TARGET=$(link_name "$PREVIOUS")
  case $TARGET in
    '' | takeover) bring_takeover_back ;;
  esac
  [ -d "$RELEASES/$TARGET" ] || refuse "No release $TARGET on this server; --releases lists what there is"
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

list_releases() {
  for DIRECTORY in "$RELEASES"/*; do
    is_release "$DIRECTORY" || continue
    NAME=${DIRECTORY##*/} STATE=-
    [ "$NAME" != "$(link_name "$PREVIOUS")" ] || STATE=previous
    [ "$NAME" != "$(link_name "$CURRENT")" ] || STATE=current
    printf '%s\t%s\t%s\n' "$NAME" "$STATE" "$(date -u -d "@$(stat -c %Y "$DIRECTORY")" +%Y-%m-%dT%H:%M:%SZ)"
  done
  [ ! -f "$TAKEOVER/$UNIT" ] || printf 'takeover\t-\t%s\n' "$(date -u -r "$TAKEOVER/$UNIT" +%Y-%m-%dT%H:%M:%SZ)"
}

# The oldest go, by the time of their directory; never the live one, the one before it, or what is not ours.
prune() {
  [ "$CHECK" = no ] && [ "$CHANGES" = yes ] || return 0
  set -- "$RELEASES"/*
  [ $# -le "$KEEP" ] || prune_releases
  prune_runtimes
}

prune_releases() {
  COUNT=0
  # shellcheck disable=SC2045 # What is looked at has a name that is_release knows, without spaces.
  for NAME in $(ls -t "$RELEASES" 2>/dev/null); do
    is_release "$RELEASES/$NAME" || continue
    COUNT=$((COUNT + 1))
    [ "$COUNT" -gt "$KEEP" ] || continue
    case $NAME in "$(link_name "$CURRENT")" | "$(link_name "$PREVIOUS")") continue ;; esac
    rm -rf "${RELEASES:?}/$NAME"
    changed "old release $NAME removed"
  done
}

prune_runtimes() {
  for DIRECTORY in "$RUNTIMES"/node-v*-linux-*; do
    NAME=${DIRECTORY##*/} USED=no
    [ -d "$DIRECTORY" ] || continue
    [ "$NAME" != "${RUNTIME:-}" ] || continue
    for LINK in "$RELEASES"/*/node; do
      case $(readlink "$LINK") in */"$NAME"/*) USED=yes ;; esac
    done
    [ "$USED" = yes ] || { rm -rf "$DIRECTORY" && changed "old runtime $NAME removed"; }
  done
}

uninstall() {
  look_around
  [ "$OLD" != takeover ] || refuse "The service here is that of another agent, which is not ours to remove"
  for THING in "$UNIT_FILE" "$RELEASES" "$RUNTIMES" "$CURRENT" "$PREVIOUS"; do
    [ ! -e "$THING" ] && [ ! -L "$THING" ] || CHANGES=yes
  done
  if [ "$PURGE" = yes ]; then
    for THING in "$BASE" "$CONFIG_DIR" "$STATE_DIR"; do [ ! -e "$THING" ] || CHANGES=yes; done
    ! getent passwd "$AGENT_USER" >/dev/null || CHANGES=yes
  fi
  [ "$CHANGES" = yes ] || { ok "no agent here" && finish unchanged 0; }
  NEW=none
  changed "agent removed"
  [ "$PURGE" = no ] || changed "configuration, state and user removed"
  [ "$CHECK" = yes ] || remove
  conclude
}

remove() {
  systemctl disable --quiet --now "$UNIT" 2>/dev/null
  rm -f "$UNIT_FILE" "$CURRENT" "$PREVIOUS"
  systemctl daemon-reload
  systemctl reset-failed "$UNIT" 2>/dev/null
  rm -rf "$RELEASES" "$RUNTIMES" "$STAGING" /run/homelab-agent
  if [ "$PURGE" = yes ]; then
    rm -rf "$BASE" "$CONFIG_DIR" "$STATE_DIR"
    ! getent passwd "$AGENT_USER" >/dev/null || userdel "$AGENT_USER"
    ! getent group "$AGENT_USER" >/dev/null || groupdel "$AGENT_USER"
  fi
  rmdir "$BASE" 2>/dev/null || :
}

