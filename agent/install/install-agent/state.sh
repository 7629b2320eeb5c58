# --- What is wanted, and what is there ----------------------------------------------------------------
#
# Sets, with the parts that read it:
#   ACTIVE          stage switch
#   ARCHIVE         stage
#   ENABLED         modes takeover switch
#   EXIT            switch
#   MAIN_PID        switch
#   NEW_CONFIG      stage modes switch
#   NODE            stage
#   NODE_LINK       stage
#   OLD             stage modes uninstall takeover switch recovery
#   OUTDATED        modes switch
#   RESTARTED       switch
#   RESULT          switch
#   RUNTIME         stage modes
#   SOURCE          stage modes switch
#   UNPACKED        stage

find_source() {
  SCRIPT=$0
  [ ! -L "$0" ] || SCRIPT=$(readlink -f -- "$0")
  case $SCRIPT in */*) ;; *) SCRIPT=./$SCRIPT ;; esac
  SOURCE=$(cd -- "${SCRIPT%/*}/" && pwd -P)
  [ -f "$SOURCE/SHA256SUMS" ] || refuse "Expected the agent's files beside $0, found no SHA256SUMS there"
  (cd "$SOURCE" && sha256sum -c --quiet SHA256SUMS >/dev/null 2>&1) ||
    refuse "The files in $SOURCE are damaged: $(damaged "$SOURCE"). Unpack the archive again"
}

damaged() { (cd "$1" && sha256sum -c --quiet SHA256SUMS 2>/dev/null | tr '\n' ' '); }

choose_config() {
  NEW_CONFIG=${WANTED_CONFIG:-$CONFIG}
  [ -f "$NEW_CONFIG" ] ||
    refuse "No configuration at $NEW_CONFIG; write one after the model of $SOURCE/config.yaml.example"
}

choose_runtime() {
  ARCHIVE='' UNPACKED=''
  case $WANTED_RUNTIME in
    '') inherit_runtime ;;
    system) RUNTIME=system ;;
    *) read_runtime "$WANTED_RUNTIME" ;;
  esac
  if [ "$RUNTIME" = system ]; then
    refuse_any "$(system_node_problems)"
    NODE=$(command -v node) NODE_LINK=$NODE
  else
    find_arch
    refuse_any "$(bundled_node_problems)"
    case $RUNTIME in
      node-v*-linux-"$ARCH") ;;
      *) refuse "Expected a runtime for linux-$ARCH, found $RUNTIME" ;;
    esac
    NODE_LINK=../../runtime/$RUNTIME/bin/node
    NODE=$RUNTIMES/$RUNTIME/bin/node
  fi
}

inherit_runtime() {
  if [ -L "$CURRENT/node" ]; then
    RUNTIME=$(runtime_of "$CURRENT")
    return
  fi
  find_arch
  refuse_any "$(bundled_node_problems)"
  for FOUND in "$RUNTIMES"/node-v*-linux-"$ARCH" "$SOURCE"/../node-v*-linux-"$ARCH".tar.gz; do
    [ ! -x "$FOUND/bin/node" ] || { RUNTIME=$(basename "$FOUND") && return; }
    [ ! -f "$FOUND" ] || { read_archive "$FOUND" && return; }
  done
  refuse "No runtime for linux-$ARCH here; give one: --runtime node-v…-linux-$ARCH.tar.gz, or --runtime system"
}

read_runtime() { # An archive, a directory that one was unpacked to, or the name of one that is in place
  case $1 in
    # Not -x: what was unpacked may lie where nothing can be run.
    */*) if [ -f "$1/bin/node" ]; then UNPACKED=$1 RUNTIME=$(basename "$1"); else read_archive "$1"; fi ;;
    *) if [ -x "$RUNTIMES/$1/bin/node" ]; then RUNTIME=$1; else read_archive "$1"; fi ;;
  esac
}

read_archive() {
  [ -f "$1" ] || refuse "No runtime archive at $1"
  ARCHIVE=$1
  RUNTIME=$(tar -tzf "$1" 2>/dev/null | sed -n 's|/.*||p; q')
  case $RUNTIME in
    node-v*-linux-*) ;;
    *) refuse "Expected the archive of a runtime, found something else in $1" ;;
  esac
}

look_around() {
  OLD=none
  [ ! -L "$CURRENT" ] || OLD=$(link_name "$CURRENT")
  ! is_foreign || OLD=takeover
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

# What stands under a key in what read_status read.
status_field() { # KEY
  FIELD=${STATUS_LINE#*[\{,]\""$1"\":}
  case $FIELD in
    "$STATUS_LINE") ;;
    \"*) FIELD=${FIELD#\"} && json_text ;;
    *) printf '%s\n' "${FIELD%%[,\}]*}" ;;
  esac
}

# What stands before the closing quotation mark of $FIELD. Words of the hub have such marks in them: \"
json_text() {
  case ${FIELD%%\"*} in
    *\\) printf '%s\n' "$FIELD" | sed -E 's/^(([^"\\]|\\.)*)".*/\1/; s/\\(["\\])/\1/g' ;;
    *) printf '%s\n' "${FIELD%%\"*}" ;;
  esac
}

# A service of this name that is not ours, though a release of ours may be under it.
is_foreign() { [ -e "$UNIT_FILE" ] && ! is_ours "$UNIT_FILE"; }

# The hub accepted a beat of this release: it was noted, the running agent says so, or it kept that for its next start.
is_accepted() { # NAME
  [ -e "$RELEASES/$1/accepted" ] || [ "$1" = "$(beating_release)" ] || [ "$1" = "$(kept_release)" ]
}

beating_release() {
  read_status
  case $(status_field last_success) in [0-9]*) status_field release ;; esac
}

kept_release() {
  start_of "$STATE_DIR/identity.json" 4096 | sed -n 's/.*"release":"\([A-Za-z0-9.+-]*\)".*/\1/p'
}

# Notes it where only root can, before another release takes its turn.
note_accepted() {
  note_release "$(beating_release)"
  note_release "$(kept_release)"
}

# The directory's time says since when the release is live.
note_release() { # NAME: what the agent's user wrote
  case $1 in '' | .* | *[!A-Za-z0-9.+-]*) return ;; esac
  is_release "$RELEASES/$1" && [ ! -e "$RELEASES/$1/accepted" ] || return 0
  touch -r "$RELEASES/$1" "$BASE/.time"
  : >"$RELEASES/$1/accepted"
  touch -r "$BASE/.time" "$RELEASES/$1"
  rm -f "$BASE/.time"
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

