#!/bin/sh
# Installs the homelab agent on this server, activates it behind a health gate, and puts everything back if the
# new release does not become ready. Runs as root, from an unpacked artifact or from an installed release.
#
#   install-agent.sh [--config FILE] [--runtime FILE.tar.gz|system] [--check] [--gate SECONDS]
#                    [--require-beat] [--keep N] [--by WHO]
#   install-agent.sh --rollback [RELEASE]
#   install-agent.sh --releases
#   install-agent.sh --take-over
#   install-agent.sh --uninstall [--purge]
#
#   --config FILE    the configuration to go live with (default: the one at /etc/homelab-agent/config.yaml)
#   --runtime FILE   the archive of Node for this server, the name of one that is here already, or "system" for
#                    the server's own Node (default: the one in use, else one that is here, else an archive
#                    beside this directory)
#   --check          say what would change, and change nothing
#   --gate SECONDS   how long the new release must stand after it is ready (default 5)
#   --require-beat   wait until the hub has accepted a beat, too (90 s at most)
#   --keep N         how many releases to keep (default 5); the live one and the one before it always stay
#   --by WHO         who does this, for the journal (journalctl -t homelab-deploy)
#   --rollback       back to the release that was live before, or to RELEASE
#   --releases       the releases on this server: name, current or previous or -, live since
#   --take-over      only save what an agent of another make has here (its unit and configuration), for who writes
#                    those files before the installation; the installation itself does it, too
#   --uninstall      remove the agent; its configuration and state stay, unless --purge
#
# Exit status: 0 done. 1 the new release did not become ready: the old one was put back, or the last line says
# "failed". 2 wrong use, a missing precondition or a refused configuration: nothing was touched.
# 75 another installation is running.
set -u
umask 022
export LC_ALL=C

# How it withstands a power cut and a kill: everything is staged first, in the file systems where it is to be.
# The switch is renames alone, between the moment when the directory "activating" (what to put back) appears and
# the moment when it goes. Whoever finds it without a living installer puts the old state back: a guard process
# after a kill, the unit's ExecStartPre after a power cut, or the next run.

readonly BASE=/opt/homelab-agent
readonly RELEASES=$BASE/releases
readonly CURRENT=$BASE/current
readonly PREVIOUS=$BASE/previous
readonly RUNTIMES=$BASE/runtime
readonly TAKEOVER=$BASE/takeover
readonly ACTIVATING=$BASE/activating
readonly STAGING=$BASE/.staging
readonly CONFIG_DIR=/etc/homelab-agent
readonly CONFIG=$CONFIG_DIR/config.yaml
readonly UNIT=homelab-agent.service
readonly UNIT_DIR=/etc/systemd/system
readonly UNIT_FILE=$UNIT_DIR/$UNIT
readonly AGENT_USER=homelab-agent
readonly STATE_DIR=/var/lib/homelab-agent
readonly STATUS=/run/homelab-agent/status.json
readonly LOCK=/run/homelab-agent-install.lock
readonly TAG=homelab-deploy
readonly NODE_WANTED=22.19
readonly BEAT_WAIT="${HOMELAB_AGENT_BEAT_WAIT:-90}"

# --- Words -----------------------------------------------------------------------------------------------

# Nobody may be listening any more: a lost link must not end an activation.
say() { printf '%s\n' "$*" 2>/dev/null || :; }
complain() { printf 'error: %s\n' "$*" >&2 2>/dev/null || :; }
ok() { say "ok: $*"; }
changed() { CHANGES=yes; say "changed: $*"; }
record() { logger -t "$TAG" -- "$* by=\"$BY\"" 2>/dev/null || :; }

finish() { # RESULT STATUS
  say "result: $1"
  exit "$2"
}
refuse() { # nothing was touched
  complain "$*"
  finish failed 2
}

# --- Arguments -------------------------------------------------------------------------------------------

usage() { sed -n '2,/^set -u/ { /^#/ { s/^# \{0,1\}//; p; } }' "$0"; }

parse_arguments() {
  MODE=install CHECK=no GATE=5 REQUIRE_BEAT=no KEEP=5 PURGE=no CHANGES=no
  BY="${SUDO_USER:-${LOGNAME:-root}} on $(uname -n)"
  WANTED_CONFIG='' WANTED_RUNTIME='' TARGET='' STAGED=no
  while [ $# -gt 0 ]; do
    case $1 in
      --config | --runtime | --gate | --keep | --by)
        [ $# -ge 2 ] || refuse "$1 wants a value"
        take_value "$1" "$2"
        shift
        ;;
      --check) CHECK=yes ;;
      --require-beat) REQUIRE_BEAT=yes ;;
      --purge) PURGE=yes ;;
      --releases) MODE=releases ;;
      --uninstall) MODE=uninstall ;;
      --take-over) MODE=takeover ;;
      --recover) MODE=recover ;;
      --guard) MODE=guard ;;
      --rollback)
        MODE=rollback
        case ${2:-} in '' | -*) ;; *) TARGET=$2 && shift ;; esac
        ;;
      -h | --help) usage && exit 0 ;;
      *) refuse "Unknown argument \"$1\"; --help lists what there is" ;;
    esac
    shift
  done
  [ "$PURGE" = no ] || [ "$MODE" = uninstall ] || refuse "--purge belongs to --uninstall"
  case $TARGET in */* | .*) refuse "Expected the name of a release, found \"$TARGET\"" ;; esac
}

take_value() { # OPTION VALUE
  case $1 in
    --config) WANTED_CONFIG=$2 ;;
    --runtime) WANTED_RUNTIME=$2 ;;
    --gate) check_number "$1" "$2" && GATE=$2 ;;
    --keep) check_number "$1" "$2" && KEEP=$2 ;;
    --by) BY=$(printf '%s' "$2" | tr -cd '[:alnum:] @._:/+-' | cut -c1-100) ;;
  esac
}

check_number() { # OPTION VALUE
  case $2 in
    '' | *[!0-9]* | ??????*) refuse "$1 wants a whole number, found \"$2\"" ;;
  esac
}

# --- The server ------------------------------------------------------------------------------------------

check_server() {
  [ "$(id -u)" = 0 ] || refuse "This must run as root; try: sudo $0"
  [ -d /run/systemd/system ] || refuse "systemd does not run this server, and the agent is a systemd service"
  for TOOL in flock gzip journalctl logger sha256sum systemctl tar; do
    command -v "$TOOL" >/dev/null || refuse "The program $TOOL is missing; install it and run this again"
  done
  [ "$(readlink "$UNIT_FILE")" != /dev/null ] ||
    refuse "The service is masked; run: systemctl unmask $UNIT"
  detect_arch
}

# The processors that a runtime is made for. With the server's own Node, any processor will do.
detect_arch() {
  case $(uname -m) in
    x86_64) ARCH=x64 ;;
    aarch64) ARCH=arm64 ;;
    *) ARCH=none WHY="found $(uname -m)" ;;
  esac
  # The kernel may be 64-bit where all programs are 32-bit (a Raspberry Pi with an older system).
  USERLAND=$(dpkg --print-architecture 2>/dev/null || getconf LONG_BIT 2>/dev/null || echo 64)
  case $ARCH-$USERLAND in
    none-* | *-64 | x64-amd64 | arm64-arm64) ;;
    *) ARCH=none WHY="found a 64-bit kernel ($(uname -m)) with 32-bit programs ($USERLAND)" ;;
  esac
}

refuse_arch() {
  refuse "Expected 64-bit x86_64 or aarch64, $WHY. Where Node $NODE_WANTED or later is installed: --runtime system"
}

# One installation at a time. The kernel frees the lock when its holder dies, so it is never stale.
take_lock() {
  exec 9>>"$LOCK" || refuse "Cannot write $LOCK"
  if ! flock -n 9; then
    complain "Another installation is running: $(cat "$LOCK"). Wait for it to end, then run this again"
    finish failed 75
  fi
  printf 'by %s since %s (process %s)\n' "$BY" "$(now)" $$ >"$LOCK"
}

now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
uptime_seconds() { cut -d. -f1 /proc/uptime; }
digest() { sha256sum <"$1" | cut -d' ' -f1; }
same() { [ -f "$1" ] && [ -f "$2" ] && cmp -s "$1" "$2"; }
property() { systemctl show -p "$1" --value "$UNIT" 2>/dev/null; }
link_name() { basename -- "$(readlink "$1" 2>/dev/null)"; }
is_ours() { grep -q "^ExecStart=$CURRENT/" "$1" 2>/dev/null; }
on_disk() { sync -f "$BASE" "$CONFIG_DIR" "$UNIT_DIR" 2>/dev/null || sync; }

# A field of the agent's status file, or nothing: {"release":"0.1.0-ab12cd34","pid":123,"last_success":null}
status_field() { # KEY
  FIELD="s/.*[{,][[:space:]]*\"$1\"[[:space:]]*:[[:space:]]*"
  [ ! -f "$STATUS" ] || tr -d '\n' <"$STATUS" |
    sed -n -e "$FIELD\"\([^\"]*\).*/\1/p" -e t -e "$FIELD\([^,} ]*\).*/\1/p"
}

# --- What is wanted --------------------------------------------------------------------------------------

find_source() {
  SOURCE=$(dirname -- "$(readlink -f -- "$0")")
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
    find_system_node
  else
    [ "$ARCH" != none ] || refuse_arch
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
  [ "$ARCH" != none ] || refuse_arch
  for FOUND in "$RUNTIMES"/node-v*-linux-"$ARCH" "$SOURCE"/../node-v*-linux-"$ARCH".tar.gz; do
    [ ! -x "$FOUND/bin/node" ] || { RUNTIME=$(basename "$FOUND") && return; }
    [ ! -f "$FOUND" ] || { read_archive "$FOUND" && return; }
  done
  refuse "No runtime for linux-$ARCH here; give one: --runtime node-v…-linux-$ARCH.tar.gz, or --runtime system"
}

read_runtime() { # An archive, a directory that one was unpacked to, or the name of one that is in place
  case $1 in
    */*) if [ -x "$1/bin/node" ]; then UNPACKED=$1 RUNTIME=$(basename "$1"); else read_archive "$1"; fi ;;
    *) if [ -x "$RUNTIMES/$1/bin/node" ]; then RUNTIME=$1; else read_archive "$1"; fi ;;
  esac
}

read_archive() {
  [ -f "$1" ] || refuse "No runtime archive at $1"
  ARCHIVE=$1
  RUNTIME=$(tar -tzf "$1" 2>/dev/null | sed -n '1s|/.*||p')
  case $RUNTIME in
    node-v*-linux-*) ;;
    *) refuse "Expected the archive of a runtime, found something else in $1" ;;
  esac
}

find_system_node() {
  NODE=$(command -v node) || refuse "The runtime is to be the server's own Node, but there is none"
  case $NODE in
    /root/* | /home/*) refuse "Expected a Node that every user can run, found $NODE" ;;
  esac
  NODE_LINK=$NODE
}

# Two servers with the same name of a release have the same build, unit, configuration and runtime.
release_name() { # DIRECTORY CONFIG RUNTIME
  echo "$(cat "$1/VERSION")-$({
    cat "$1/SHA256SUMS"
    printf '%s  config.yaml\nruntime %s\n' "$(digest "$2")" "$3"
  } | sha256sum | cut -c1-8)"
}

# --- What is there ---------------------------------------------------------------------------------------

look_around() {
  OLD=none
  [ ! -L "$CURRENT" ] || OLD=$(link_name "$CURRENT")
  [ "$OLD" != none ] || ! is_foreign || OLD=takeover
  ENABLED=no
  ! systemctl is-enabled --quiet "$UNIT" 2>/dev/null || ENABLED=yes
}

# A service of this name that is not ours, or one that --take-over has saved already.
is_foreign() {
  if [ -e "$UNIT_FILE" ] && ! is_ours "$UNIT_FILE"; then return 0; fi
  [ -f "$TAKEOVER/$UNIT" ] && [ ! -d "$TAKEOVER/files" ]
}

# Nothing of an installed release is missing or changed.
release_is_whole() { # NAME
  WHOLE=$RELEASES/$1
  [ -e "$WHOLE/node" ] && [ -f "$WHOLE/config.yaml" ] &&
    (cd "$WHOLE" && sha256sum -c --quiet SHA256SUMS >/dev/null 2>&1) &&
    [ "$(release_name "$WHOLE" "$WHOLE/config.yaml" "$(runtime_of "$WHOLE")")" = "$1" ]
}

runtime_of() { # DIRECTORY
  case $(readlink "$1/node") in
    ../../runtime/*) readlink "$1/node" | cut -d/ -f4 ;;
    *) echo system ;;
  esac
}

# The service runs, and what runs is this release with its configuration.
is_running() { # NAME
  [ "$(property ActiveState)" = active ] &&
    [ "$(status_field release)" = "$1" ] &&
    [ "$(status_field config_sha256)" = "$(digest "$RELEASES/$1/config.yaml")" ] &&
    [ "$(status_field pid)" = "$(property MainPID)" ]
}

# --- Staging ---------------------------------------------------------------------------------------------

# Everything that takes space happens here. Until "activating" appears, the server runs what it ran.
stage() {
  STAGED=yes
  [ -d "$BASE" ] || MADE_BASE=yes
  rm -rf "$STAGING"
  mkdir -p "$STAGING" || give_up "Cannot write to $BASE"
  check_space
  stage_runtime
  check_config
  release_is_whole "$NEW" || stage_release || give_up "Cannot write the release $NEW"
}

stage_release() {
  mkdir "$STAGING/release" &&
    while read -r _ FILE; do cp "$SOURCE/$FILE" "$STAGING/release/$FILE" || return 1; done \
      <"$SOURCE/SHA256SUMS" &&
    cp "$SOURCE/SHA256SUMS" "$STAGING/release/SHA256SUMS" &&
    (cd "$STAGING/release" && chmod 0644 ./* && chmod 0755 homelab-agent install-agent.sh) &&
    install -m 0640 "$NEW_CONFIG" "$STAGING/release/config.yaml" &&
    ln -s "$NODE_LINK" "$STAGING/release/node"
}

stage_runtime() {
  if [ "$RUNTIME" != system ] && [ ! -x "$NODE" ]; then
    [ -n "$ARCHIVE$UNPACKED" ] || give_up "The runtime $RUNTIME is gone from $RUNTIMES; give its archive: --runtime FILE"
    if [ -n "$UNPACKED" ]; then
      mv "$UNPACKED" "$STAGING/$RUNTIME" || give_up "Cannot move $UNPACKED to $BASE"
    else
      tar -xzf "$ARCHIVE" -C "$STAGING" --no-same-owner || give_up "Cannot unpack $ARCHIVE"
    fi
    NODE=$STAGING/$RUNTIME/bin/node
  fi
  FOUND=$("$NODE" --version 2>&1) || give_up "The runtime does not start on this server: $FOUND"
  [ "$(printf '%s\n' "v$NODE_WANTED" "$FOUND" | sort -V | head -n 1)" = "v$NODE_WANTED" ] ||
    give_up "Expected Node $NODE_WANTED or later, found $FOUND at $NODE"
}

# Wanted: the runtime unpacked, a few copies of the bundle, and a margin for whoever else writes here.
check_space() {
  WANTED=32768
  if [ -n "$ARCHIVE" ] && [ ! -x "$NODE" ]; then
    WANTED=$((WANTED + $(gzip -l "$ARCHIVE" | awk 'NR == 2 { print int($2 / 1024) }')))
  fi
  require_space "$BASE" "$WANTED"
  require_space /etc 1024
}

require_space() { # DIRECTORY KILOBYTES
  FREE=$(df -Pk "$1" | awk 'NR == 2 { print $4 }')
  [ "$FREE" -ge "$2" ] ||
    give_up "Not enough space for $1: wanted $(($2 / 1024 + 1)) MB, found $((FREE / 1024)) MB; free some"
}

check_config() {
  SAID=$("$NODE" "$SOURCE/homelab-agent.mjs" check-config "$NEW_CONFIG" 2>&1) && return
  case $? in
    2 | 78) give_up "The configuration is refused: $SAID" ;;
  esac
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
  rm -rf "$STAGING" "$BASE/.activating"
  for LIVE in "$CONFIG" "$UNIT_FILE" "$CURRENT" "$PREVIOUS"; do
    [ -d "$ACTIVATING" ] || rm -f "$LIVE.old" "$LIVE.new"
  done
  [ "${MADE_BASE:-no}" = no ] || rmdir "$BASE" 2>/dev/null || :
}

# --- Plain parts: user, directories, files with their modes ----------------------------------------------

ensure_user() {
  if getent passwd "$AGENT_USER" >/dev/null && getent group "$AGENT_USER" >/dev/null; then
    ok "user $AGENT_USER"
    return
  fi
  changed "user $AGENT_USER"
  [ "$CHECK" = no ] || return 0
  getent group "$AGENT_USER" >/dev/null || groupadd --system "$AGENT_USER" || give_up "Cannot add the group"
  getent passwd "$AGENT_USER" >/dev/null ||
    useradd --system --gid "$AGENT_USER" --home-dir "$STATE_DIR" --no-create-home \
      --shell /usr/sbin/nologin --comment 'Homelab agent' "$AGENT_USER" || give_up "Cannot add the user"
}

ensure_mode() { # PATH MODE OWNER:GROUP
  [ -e "$1" ] || return 0
  if [ "$(stat -c '%a %U:%G' "$1")" = "$2 $3" ]; then return; fi
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

# --- Install ---------------------------------------------------------------------------------------------

install_release() {
  find_source
  choose_config
  choose_runtime
  NEW=$(release_name "$SOURCE" "$NEW_CONFIG" "$RUNTIME")
  look_around
  if ! release_is_whole "$NEW" || [ "$OLD" != "$NEW" ]; then stage; fi
  ensure_user
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
  rm -rf "${RUNTIMES:?}/$RUNTIME"
  on_disk
  mv "$STAGING/$RUNTIME" "$RUNTIMES/$RUNTIME" || give_up "Cannot place the runtime"
}

place_release() {
  if [ "$OLD" = "$NEW" ] && release_is_whole "$NEW"; then
    ok "release $NEW"
    return
  fi
  changed "release $NEW (before: $OLD)"
  [ "$CHECK" = no ] && ! release_is_whole "$NEW" || return 0
  on_disk
  chgrp "$AGENT_USER" "$STAGING/release/config.yaml" || give_up "Cannot write the release $NEW"
  if [ -e "$RELEASES/$NEW" ]; then
    # Damaged since it was installed. The running agent keeps the files that it has open.
    mv "$RELEASES/$NEW" "$STAGING/damaged"
    MENDED=yes
  fi
  mv -T "$STAGING/release" "$RELEASES/$NEW" || give_up "Cannot place the release $NEW"
}

# Decides what differs between the live state and release $NEW, says so, and switches where anything does.
go_live() {
  RESTART=${MENDED:-no}
  [ "$OLD" = "$NEW" ] || RESTART=yes
  compare configuration "$NEW_CONFIG" "$CONFIG"
  compare unit "$SOURCE/$UNIT" "$UNIT_FILE"
  if [ "$ENABLED" = yes ]; then ok "service enabled"; else changed "service enabled"; fi
  [ "$RESTART" = yes ] || is_running "$NEW" || RESTART=yes
  if [ "$RESTART" = yes ]; then
    changed "service restarted"
    [ "$CHECK" = yes ] || activate
  else
    ok "service running"
    [ "$ENABLED" = yes ] || [ "$CHECK" = yes ] || systemctl enable --quiet "$UNIT" || give_up "Cannot enable $UNIT"
  fi
  ensure_mode "$CONFIG" 640 "root:$AGENT_USER"
  ensure_mode "$UNIT_FILE" 644 root:root
  prune
  conclude
}

compare() { # WORD WANTED LIVE
  if same "$2" "$3"; then
    ok "$1 $3"
  else
    changed "$1 $3"
    RESTART=yes
  fi
}

conclude() {
  if [ "$CHANGES" = no ]; then finish unchanged 0; fi
  [ "$CHECK" = yes ] || record "result=changed release=$NEW before=$OLD"
  finish changed 0
}

# --- The switch ------------------------------------------------------------------------------------------

activate() {
  stage_switch || give_up "Cannot prepare the switch; is the disk full?"
  start_guard
  # From here on it ends in exactly the new or exactly the old state, whoever goes away.
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

# The new files and what to put back lie ready beside their places, so that the switch needs no space.
stage_switch() {
  STAGED=yes
  NOTES=$BASE/.activating OLD_FILES=$RELEASES/$OLD
  if [ "$OLD" = takeover ]; then
    OLD_FILES=$TAKEOVER
    save_takeover || return 1
  fi
  rm -rf "$NOTES"
  mkdir -m 0700 "$NOTES" &&
    echo "$OLD" >"$NOTES/old" &&
    echo "$NEW" >"$NOTES/new" &&
    echo "$ENABLED" >"$NOTES/enabled" &&
    link_name "$PREVIOUS" >"$NOTES/previous" &&
    keep_old "$CONFIG" "$NEW_CONFIG" config.yaml &&
    keep_old "$UNIT_FILE" "$SOURCE/$UNIT" "$UNIT" &&
    stage_file "$NEW_CONFIG" "$CONFIG" 0640 "$AGENT_USER" &&
    stage_file "$SOURCE/$UNIT" "$UNIT_FILE" 0644 root &&
    stage_links &&
    on_disk
}

stage_links() {
  rm -f "$CURRENT.old" "$CURRENT.new" "$PREVIOUS.old" "$PREVIOUS.new"
  for LINK in "$CURRENT" "$PREVIOUS"; do
    [ ! -L "$LINK" ] || cp -P "$LINK" "$LINK.old" || return 1
  done
  ln -s "releases/$NEW" "$CURRENT.new" || return 1
  case $OLD in
    none | takeover | "$NEW") ;;
    *) ln -s "releases/$OLD" "$PREVIOUS.new" ;;
  esac
}

stage_file() { # WANTED LIVE MODE GROUP
  same "$1" "$2" || install -m "$3" -g "$4" "$1" "$2.new"
}

# What to put back: what is live. Where the live file already is the wanted one (edited by hand, or written by
# Ansible), it is what the old release went live with.
keep_old() { # LIVE WANTED NAME
  rm -f "$1.old"
  if [ ! -e "$1" ]; then
    : >"$NOTES/absent-$3"
  elif { same "$1" "$2" || written_before; } && [ -f "$OLD_FILES/$3" ]; then
    cp -p "$OLD_FILES/$3" "$1.old"
  else
    ln "$1" "$1.old" 2>/dev/null || cp -p "$1" "$1.old"
  fi
}

# The files of a former agent are in $TAKEOVER, and what is live is whatever came after --take-over.
written_before() { [ "$OLD" = takeover ] && is_ours "$UNIT_FILE"; }

switch() {
  take "$CURRENT" &&
    take "$UNIT_FILE" &&
    take "$CONFIG" &&
    take "$PREVIOUS" &&
    on_disk &&
    reload_units &&
    { [ "$ENABLED" = yes ] || systemctl enable --quiet "$UNIT" 9>&-; }
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
  rm -rf "$BASE/.activating" "$STAGING"
  for LIVE in "$CONFIG" "$UNIT_FILE" "$CURRENT" "$PREVIOUS"; do rm -f "$LIVE.old" "$LIVE.new"; done
  move_takeover
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
    complain "Put back: $(called "$OLD") runs. What failed stays in $RELEASES/$NEW"
  else
    complain "Put back: $(called "$OLD"), but it does not start either"
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
  if [ -L "$1.old" ]; then mv -fT "$1.old" "$1"; fi
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

# --- Recovery --------------------------------------------------------------------------------------------

# Waits, in a session of its own, for this process to end; if "activating" is still there then, it was killed.
start_guard() {
  setsid sh "$RELEASES/$NEW/install-agent.sh" --guard --by "$BY" </dev/null >/dev/null 2>&1 9>&- &
  GUARD=$!
}

stop_guard() {
  [ -n "${GUARD:-}" ] || return 0
  kill -s KILL -- "-$GUARD" 2>/dev/null || kill -s KILL "$GUARD" 2>/dev/null
  wait "$GUARD" 2>/dev/null
  GUARD=''
}

recover_after_kill() {
  exec 9>>"$LOCK"
  flock 9
  if [ ! -d "$ACTIVATING" ]; then
    tidy
    exit 0
  fi
  printf 'by %s since %s (process %s)\n' "$BY" "$(now)" $$ >"$LOCK"
  NEW=$(cat "$ACTIVATING/new")
  REASON="The installation was killed"
  roll_back
}

# Before the service starts. A living installer holds the lock: then there is nothing to mend.
recover_at_start() {
  [ -d "$ACTIVATING" ] || return 0
  exec 9>>"$LOCK"
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
  [ "${AGAIN:-no}" = no ] || systemctl --no-block restart "$UNIT" 9>&-
}

# The next run finds what an earlier one left and nothing has mended since.
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

# --- The gate --------------------------------------------------------------------------------------------

restart_and_gate() {
  systemctl reset-failed "$UNIT" 2>/dev/null
  if ! systemctl restart "$UNIT" 2>/dev/null 9>&-; then
    REASON="It did not become ready ($(property Result), status $(property ExecMainStatus))"
    return 1
  fi
  PID=$(property MainPID) RESTARTS=$(property NRestarts)
  stay_steady && report_release && { [ "$REQUIRE_BEAT" = no ] || wait_for_beat; }
}

stay_steady() {
  UNTIL=$(($(uptime_seconds) + GATE))
  while is_steady; do
    [ "$(uptime_seconds)" -lt "$UNTIL" ] || return 0
    sleep 1 9>&-
  done
  return 1
}

is_steady() {
  if [ "$(property ActiveState) $(property MainPID) $(property NRestarts)" = "active $PID $RESTARTS" ]; then
    return 0
  fi
  REASON="It became ready, then ended within $GATE s ($(property Result), status $(property ExecMainStatus))"
  return 1
}

report_release() {
  [ "$NEW" != takeover ] || return 0
  UNTIL=$(($(uptime_seconds) + 10))
  until is_running "$NEW"; do
    is_steady || return 1
    REASON="It runs, but $STATUS does not say so: release $(status_field release), process $(status_field pid)"
    [ "$(uptime_seconds)" -lt "$UNTIL" ] || return 1
    sleep 1 9>&-
  done
}

wait_for_beat() {
  UNTIL=$(($(uptime_seconds) + BEAT_WAIT))
  while is_steady; do
    case $(status_field last_success) in [0-9]*) return 0 ;; esac
    REASON="It runs, but the hub accepted no beat within $BEAT_WAIT s: $(status_field last_error)"
    [ "$(uptime_seconds)" -lt "$UNTIL" ] || return 1
    sleep 1 9>&-
  done
  return 1
}

journal_cursor() { journalctl -n 0 --show-cursor 2>/dev/null | sed -n 's/^-- cursor: //p'; }

show_journal() {
  journalctl --sync 2>/dev/null
  journalctl -u "$UNIT" --no-pager -o cat ${SINCE:+--after-cursor="$SINCE"} -n 20 2>/dev/null |
    while IFS= read -r LINE; do say "journal: $LINE"; done
}

# --- An agent of another make at the same place ----------------------------------------------------------

take_over() {
  ensure_user
  look_around
  if [ "$OLD" != takeover ]; then
    ok "no former agent"
  elif [ -f "$TAKEOVER/$UNIT" ]; then
    ok "former agent saved in $TAKEOVER"
  else
    changed "former agent saved in $TAKEOVER"
    [ "$CHECK" = yes ] || save_takeover || give_up "Cannot write to $TAKEOVER"
  fi
  if [ "$CHANGES" = yes ]; then finish changed 0; else finish unchanged 0; fi
}

# The agent looks for its server_guid in a configuration beside its own, so one copy stays there.
save_takeover() {
  [ ! -f "$TAKEOVER/$UNIT" ] || return 0
  mkdir -p "$TAKEOVER" && chmod 0755 "$TAKEOVER" && echo "$ENABLED" >"$TAKEOVER/enabled" || return 1
  if [ -e "$CONFIG" ]; then
    for COPY in "$TAKEOVER/config.yaml" "$CONFIG.before"; do
      install -m 0640 -g "$AGENT_USER" "$CONFIG" "$COPY" || return 1
    done
  fi
  cp -p "$UNIT_FILE" "$TAKEOVER/.$UNIT" && on_disk && mv "$TAKEOVER/.$UNIT" "$TAKEOVER/$UNIT"
}

# Its programs, once the new agent stands. Until then its service could be started again.
move_takeover() {
  [ -L "$CURRENT" ] && [ -f "$TAKEOVER/$UNIT" ] && [ ! -d "$TAKEOVER/files" ] || return 0
  mkdir -p "$TAKEOVER/files.new"
  for ENTRY in "$BASE"/* "$BASE"/.[!.]*; do
    case $ENTRY in
      "$RELEASES" | "$CURRENT" | "$PREVIOUS" | "$RUNTIMES" | "$TAKEOVER" | "$ACTIVATING" | "$STAGING" | */..) ;;
      *) [ ! -e "$ENTRY" ] || mv "$ENTRY" "$TAKEOVER/files.new/" ;;
    esac
  done
  mv -T "$TAKEOVER/files.new" "$TAKEOVER/files"
  changed "former agent moved to $TAKEOVER"
}

bring_takeover_back() {
  [ -f "$TAKEOVER/$UNIT" ] || refuse "No release before this one is recorded; --releases lists what there is"
  NEW=takeover CHANGES=yes
  [ "$CHECK" = no ] || finish changed 0
  systemctl stop "$UNIT" 2>/dev/null
  for ENTRY in "$TAKEOVER"/files/* "$TAKEOVER"/files/.[!.]*; do
    [ ! -e "$ENTRY" ] || mv "$ENTRY" "$BASE/" || give_up "Cannot move $ENTRY back"
  done
  [ ! -f "$TAKEOVER/config.yaml" ] || cp -p "$TAKEOVER/config.yaml" "$CONFIG"
  cp -p "$TAKEOVER/$UNIT" "$UNIT_FILE" || give_up "Cannot put the unit back"
  rm -f "$CURRENT" "$PREVIOUS"
  on_disk
  systemctl daemon-reload
  [ "$(cat "$TAKEOVER/enabled")" = yes ] || systemctl disable --quiet "$UNIT"
  systemctl start "$UNIT" || { complain "The former agent is back, but does not start" && finish failed 1; }
  rm -rf "$TAKEOVER" "$CONFIG.before"
  changed "former agent brought back"
  conclude
}

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
  case $(basename "$1") in
    *-[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]) [ -f "$1/SHA256SUMS" ] && [ ! -L "$1" ] ;;
    *) false ;;
  esac
}

list_releases() {
  for DIRECTORY in "$RELEASES"/*; do
    is_release "$DIRECTORY" || continue
    NAME=$(basename "$DIRECTORY") STATE=-
    [ "$NAME" != "$(link_name "$PREVIOUS")" ] || STATE=previous
    [ "$NAME" != "$(link_name "$CURRENT")" ] || STATE=current
    printf '%s\t%s\t%s\n' "$NAME" "$STATE" "$(date -u -d "@$(stat -c %Y "$DIRECTORY")" +%Y-%m-%dT%H:%M:%SZ)"
  done
  [ ! -f "$TAKEOVER/$UNIT" ] || printf 'takeover\t-\t%s\n' "$(date -u -r "$TAKEOVER/$UNIT" +%Y-%m-%dT%H:%M:%SZ)"
}

# The oldest go, by the time of their directory; never the live one, the one before it, or what is not ours.
prune() {
  [ "$CHECK" = no ] && [ "$CHANGES" = yes ] || return 0
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
  prune_runtimes
}

prune_runtimes() {
  for DIRECTORY in "$RUNTIMES"/node-v*-linux-*; do
    [ -d "$DIRECTORY" ] || continue
    NAME=$(basename "$DIRECTORY") USED=no
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

# ---------------------------------------------------------------------------------------------------------

main() {
  parse_arguments "$@"
  case $MODE in
    releases) list_releases && exit 0 ;;
    guard) recover_after_kill ;;
    recover) recover_at_start; exit 0 ;;
  esac
  check_server
  take_lock
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 141' PIPE
  trap 'exit 143' TERM
  recover_before_run
  case $MODE in
    install) install_release ;;
    rollback) roll_back_by_hand ;;
    uninstall) uninstall ;;
    takeover) take_over ;;
  esac
}

main "$@"
exit
