# --- What is there ---------------------------------------------------------------------------------------

look_around() {
  OLD=none
  [ ! -L "$CURRENT" ] || OLD=$(link_name "$CURRENT")
  [ "$OLD" != none ] || ! is_foreign || OLD=takeover
  ENABLED=yes
  # The link is what "systemctl enable" makes; a former agent may be enabled in another way.
  [ -e "$UNIT_DIR/multi-user.target.wants/$UNIT" ] || systemctl is-enabled --quiet "$UNIT" 2>/dev/null || ENABLED=no
  ask_systemd
}

# All that is to be known of the service, in one question: each one costs a small server some milliseconds.
ask_systemd() {
  ACTIVE='' MAIN_PID='' RESTARTED='' OUTDATED='' RESULT='' EXIT=''
  while IFS='=' read -r KEY VALUE; do
    case $KEY in
      ActiveState) ACTIVE=$VALUE ;;
      MainPID) MAIN_PID=$VALUE ;;
      NRestarts) RESTARTED=$VALUE ;;
      NeedDaemonReload) OUTDATED=$VALUE ;;
      Result) RESULT=$VALUE ;;
      ExecMainStatus) EXIT=$VALUE ;;
    esac
  done <<EOF
$(systemctl show -p ActiveState,MainPID,NRestarts,NeedDaemonReload,Result,ExecMainStatus "$UNIT" 2>/dev/null)
EOF
}

# What the agent says of itself, in one line: {"release":"0.1.0-ab12cd34","pid":123,"last_success":null}
read_status() {
  TOLD=''
  [ ! -f "$STATUS" ] || IFS= read -r TOLD <"$STATUS" || :
}

status_field() { # KEY
  FIELD=${TOLD#*[\{,]\""$1"\":}
  case $FIELD in
    "$TOLD") ;;
    \"*) FIELD=${FIELD#\"} && printf '%s\n' "${FIELD%%\"*}" ;;
    *) printf '%s\n' "${FIELD%%[,\}]*}" ;;
  esac
}

# A service of this name that is not ours, or one that --take-over has saved already.
is_foreign() {
  if [ -e "$UNIT_FILE" ] && ! is_ours "$UNIT_FILE"; then return 0; fi
  [ -f "$TAKEOVER/$UNIT" ] && [ ! -d "$TAKEOVER/files" ]
}

# Nothing of an installed release is missing or changed.
release_is_whole() { # NAME
  THERE=$RELEASES/$1
  [ -e "$THERE/node" ] && [ -f "$THERE/config.yaml" ] &&
    (cd "$THERE" && sha256sum -c --quiet SHA256SUMS >/dev/null 2>&1) &&
    [ "$(name_release "$THERE" "$THERE/config.yaml" "$(runtime_of "$THERE")")" = "$1" ]
}

name_release() { # DIRECTORY CONFIG RUNTIME
  read -r VERSION <"$1/VERSION"
  release_name "$VERSION" "$(cat "$1/SHA256SUMS")" "$(digest "$2")" "$3"
}

runtime_of() { # DIRECTORY
  LINKED=$(readlink "$1/node")
  case $LINKED in
    ../../runtime/*) LINKED=${LINKED#../../runtime/} && echo "${LINKED%%/*}" ;;
    *) echo system ;;
  esac
}

# By what systemd was last asked, the service runs, and what runs is this release with its configuration.
is_running() { # NAME
  read_status
  [ "$ACTIVE" = active ] &&
    [ "$(status_field release)" = "$1" ] &&
    [ "$(status_field pid)" = "$MAIN_PID" ] &&
    [ "$(status_field config_sha256)" = "$(digest "$RELEASES/$1/config.yaml")" ]
}

