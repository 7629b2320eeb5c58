# --- Recovery after a kill or a power cut -------------------------------------------------------------
#
# Sets, with the parts that read it:
#   NEW             stage modes switch
#   OLD             stage modes uninstall takeover switch
#   REASON          switch

# Waits, in a session of its own, for this process to end; if "activating" is still there then, it was killed.
start_guard() {
  setsid sh "$RELEASES/$NEW/install-agent.sh" --guard --by "$BY" </dev/null >/dev/null 2>&1 9>&- &
  GUARD=$!
}

stop_guard() {
  [ -n "$GUARD" ] || return 0
  kill -s KILL -- "-$GUARD" 2>/dev/null || kill -s KILL "$GUARD" 2>/dev/null
  wait "$GUARD" 2>/dev/null
  GUARD=''
}

recover_after_kill() {
  open_lock
  flock 9
  if [ ! -d "$ACTIVATING" ]; then
    tidy
    exit 0
  fi
  sign_lock
  NEW=$(cat "$ACTIVATING/new")
  REASON="The installation was killed"
  roll_back
}

# Before the service starts. A living installer holds the lock: then there is nothing to do.
recover_at_start() {
  let_agent_read
  [ -d "$ACTIVATING" ] || return 0
  open_lock
  flock -n 9 || return 0
  OLD=$(cat "$ACTIVATING/old")
  NEW=$(cat "$ACTIVATING/new")
  REASON="A power cut ended the installation"
  if [ "$OLD" = none ]; then
    # The service is enabled last, so what starts here is exactly the new release.
    rm -rf "$BASE/.activating"
    mv -T "$ACTIVATING" "$BASE/.activating"
    tidy
    record "result=changed release=$NEW before=none reason=\"$REASON, which was complete\""
    return 0
  fi
  cmp -s "$UNIT_FILE" "$UNIT_FILE.old" || [ ! -e "$UNIT_FILE.old" ] || AGAIN=yes
  put_back
  record "result=rolled-back release=$NEW before=$OLD reason=\"$REASON\""
  # What is starting now was read from the new unit.
  [ "$AGAIN" = no ] || systemctl --no-block restart "$UNIT" 9>&-
}

# The hub and many an editor leave the configuration readable by root alone.
let_agent_read() {
  [ -f "$CONFIG" ] && [ "$(stat -Lc '%a %U:%G' "$CONFIG")" != "640 root:$AGENT_USER" ] || return 0
  chown "root:$AGENT_USER" "$CONFIG" && chmod 0640 "$CONFIG"
}

# The next run finds what an earlier one left behind and nothing has repaired since.
recover_before_run() {
  if [ ! -d "$ACTIVATING" ]; then
    [ "$CHECK" = yes ] || tidy
    return 0
  fi
  OLD=$(cat "$ACTIVATING/old")
  NEW=$(cat "$ACTIVATING/new")
  changed "interrupted installation of $NEW, back to $OLD"
  [ "$CHECK" = no ] || return 0
  put_back
  record "result=rolled-back release=$NEW before=$OLD reason=\"The installation was interrupted\""
  case $OLD in
    none) systemctl stop "$UNIT" 2>/dev/null 9>&- ;;
    *) systemctl restart "$UNIT" 2>/dev/null 9>&- ;;
  esac
}

