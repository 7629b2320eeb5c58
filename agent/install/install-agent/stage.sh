# --- Staging: space, runtime, release, user, directories ----------------------------------------------
#
# Sets, with the parts that read it:
#   NODE            state

# Everything that needs space happens here. Until "activating" appears, the server runs what it ran.
stage() {
  STAGED=yes
  [ -d "$BASE" ] || MADE_BASE=yes
  rm_there "$STAGING"
  mkdir -p "$STAGING" || give_up "Cannot write to $BASE"
  check_space
  stage_runtime
  is_checked || check_config
  [ "$WHOLE" = yes ] || stage_release || give_up "Cannot write the release $NEW"
  # So that after a power cut nothing has its name and not its bytes.
  [ -z "$WRITING" ] || wait "$WRITING"
  [ "$CHECK" = yes ] || on_disk "$BASE"
}

stage_release() {
  set --
  while read -r _ FILE; do set -- "$@" "$SOURCE/$FILE"; done <"$SOURCE/SHA256SUMS"
  mkdir "$STAGING/release" &&
    install -m 0644 "$@" "$SOURCE/SHA256SUMS" "$STAGING/release" &&
    install -m 0755 "$SOURCE/homelab-agent" "$SOURCE/install-agent.sh" "$STAGING/release" &&
    install -m 0600 "$NEW_CONFIG" "$STAGING/release/config.yaml" &&
    ln -s "$NODE_LINK" "$STAGING/release/node"
}

stage_runtime() {
  WRITING=''
  if [ "$RUNTIME" != system ] && [ ! -x "$NODE" ]; then
    [ -n "$ARCHIVE$UNPACKED" ] || give_up "The runtime $RUNTIME is gone from $RUNTIMES; give its archive: --runtime FILE"
    if [ -n "$UNPACKED" ]; then
      mv "$UNPACKED" "$STAGING/$RUNTIME" || give_up "Cannot move $UNPACKED to $BASE"
    else
      tar -xzf "$ARCHIVE" -C "$STAGING" --no-same-owner || give_up "Cannot unpack $ARCHIVE"
    fi
    NODE=$STAGING/$RUNTIME/bin/node
    # A hundred megabytes keep a disk busy for seconds. Meanwhile the rest can be prepared.
    on_disk "$BASE" 9>&- &
    WRITING=$!
  fi
}

# That the runtime starts; that the server's own is new enough has been asked before.
check_node() {
  FOUND=$("$NODE" --version 2>&1) || give_up "The runtime does not start on this server: $FOUND"
}

# Required: the unpacked runtime, a few copies of the bundle, and a margin for other programs that write here.
check_space() {
  WANTED=32768
  if [ -f "$ARCHIVE" ] && [ ! -x "$NODE" ]; then
    WANTED=$((WANTED + $(unpacked_size "$ARCHIVE") / 1024))
  fi
  # A line of titles, then a line a directory.
  {
    read -r _
    require_space "$BASE" "$WANTED"
    require_space /etc 1024
  } <<EOF
$(df -Pk "$BASE" /etc)
EOF
}

# In bytes, as the end of a gzip file has it (RFC 1952). gzip -l unpacks the whole file, which takes seconds.
unpacked_size() { # ARCHIVE
  tail -c 4 "$1" | od -A n -t u4
}

require_space() { # DIRECTORY KILOBYTES, with the line of df that is next
  read -r _ _ _ FREE _
  [ "$FREE" -ge "$2" ] ||
    give_up "Not enough space for $1: wanted $(($2 / 1024 + 1)) MB, found $((FREE / 1024)) MB; free some"
}

# A start of Node costs a small server a second. With --checked, the build has checked this configuration elsewhere;
# what is left to show is that it starts here. The one that runs has shown that, and where nothing runs that could be
# disturbed, the gate does.
is_checked() {
  [ "$CHECKED" = yes ] || return
  case $OLD in
    none) [ "$RUNTIME" = system ] || check_node ;;
    *) [ "$ACTIVE $SOURCE" = "active $RELEASES/$OLD" ] && [ "$RUNTIME" = "$(runtime_of "$CURRENT")" ] ;;
  esac
}

check_config() {
  SAID=$("$NODE" "$SOURCE/homelab-agent.mjs" check-config "$NEW_CONFIG" 2>&1) && return
  case $? in
    2 | 78) give_up "The configuration is refused: $SAID" ;;
  esac
  "$NODE" --version >/dev/null 2>&1 || give_up "The runtime does not start on this server: $SAID"
  complain "The new release cannot even check a configuration, so nothing was touched: $SAID"
  finish failed 1
}

# A precondition that showed only while staging: leave nothing behind.
give_up() {
  complain "$*"
  finish failed 2
}

# shellcheck disable=SC2317 # Called by the EXIT trap.
clean_up() {
  [ "$STAGED" = yes ] || return 0
  if [ -d "$ACTIVATING" ]; then
    rm_there "$STAGING" "$BASE/.activating"
  else
    rm_with_beside "$STAGING" "$BASE/.activating"
  fi
  [ "$MADE_BASE" = no ] || rmdir "$BASE" 2>/dev/null || :
}

ensure_user() {
  if find_user && getent group "$AGENT_USER" >/dev/null; then
    ok "user $AGENT_USER"
    return
  fi
  changed "user $AGENT_USER"
  [ "$CHECK" = no ] || return 0
  if [ -n "$ENTRY" ]; then
    groupadd --system "$AGENT_USER" || give_up "Cannot add the group"
    return
  fi
  GROUP=--user-group
  ! getent group "$AGENT_USER" >/dev/null || GROUP=--gid=$AGENT_USER
  useradd --system "$GROUP" --home-dir "$STATE_DIR" --no-create-home --shell /usr/sbin/nologin \
    --comment 'Homelab agent' "$AGENT_USER" || give_up "Cannot add the user"
}

# The user that ensure_user found; one that it has just added is right.
correct_user() {
  ! user_is_right || return 0
  changed "home and shell of $AGENT_USER"
  [ "$CHECK" = no ] || return 0
  # usermod does not change the home of a user whose processes run. The switch starts the service again.
  case $ENTRY in
    *":$STATE_DIR:"*) ;;
    *) systemctl stop "$UNIT" 2>/dev/null && ask_systemd ;;
  esac
  usermod --home "$STATE_DIR" --shell /usr/sbin/nologin "$AGENT_USER" && return
  systemctl start "$UNIT" 2>/dev/null
  give_up "Cannot change the user $AGENT_USER"
}

# One process for the modes of all that ensure_mode and ensure_directory are asked for next.
look_at_modes() { MODES=$(stat -c '%n %a %U:%G;' "$@" 2>/dev/null); } # PATH...

ensure_mode() { # PATH MODE OWNER:GROUP
  [ -e "$1" ] || return 0
  case $MODES in *"$1 $2 $3;"*) return ;; esac
  changed "mode of $1: $2 $3"
  [ "$CHECK" = yes ] || { chown "$3" "$1" && chmod "$2" "$1"; } || give_up "Cannot change $1"
}

ensure_directory() { # PATH
  if [ -d "$1" ]; then
    ensure_mode "$1" 755 root:root
  else
    changed "directory $1"
    [ "$CHECK" = yes ] || install -d -m 0755 "$1" || give_up "Cannot make $1"
  fi
}

