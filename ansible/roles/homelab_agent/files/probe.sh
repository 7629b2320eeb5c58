# --- Places and requirements: generated from agent/contract/ by "npm run generate" ---
readonly BASE=/opt/homelab-agent
readonly RELEASES=/opt/homelab-agent/releases
readonly CURRENT=/opt/homelab-agent/current
readonly PREVIOUS=/opt/homelab-agent/previous
readonly RUNTIMES=/opt/homelab-agent/runtime
readonly TAKEOVER=/opt/homelab-agent/takeover
readonly ACTIVATING=/opt/homelab-agent/activating
readonly CONFIG_DIR=/etc/homelab-agent
readonly CONFIG=/etc/homelab-agent/config.yaml
readonly UNIT_FILE=/etc/systemd/system/homelab-agent.service
readonly UNIT=homelab-agent.service
readonly AGENT_USER=homelab-agent
readonly STATE_DIR=/var/lib/homelab-agent
readonly STATUS=/run/homelab-agent/status.json
readonly LOCK=/run/homelab-agent-install.lock
readonly AGENT_COMMAND=/usr/local/sbin/homelab-agent
readonly TAG=homelab-deploy
readonly INCOMING=/opt/homelab-agent.incoming
readonly NODE_WANTED=22.19
readonly GLIBC_WANTED=2.28
readonly COMMANDS_WANTED='awk flock getent gzip journalctl logger sha256sum systemctl tar useradd'
readonly CONFIG_KEYS='hub_url server_id api_key api_token server_guid heartbeat_interval monitored_services mode ca_file backfill root_mount log_level'
readonly CONFIG_SECRETS='api_key api_token'

# --- What a server must have: asked by the probe and by install-agent.sh ----------------------------------

# One line for each thing that the server lacks; nothing if it can run the agent.
server_problems() {
  if ! find_uid; then
    echo "Expected to be able to start programs as root, found that none starts: remove NOEXEC from the sudoers entry of this user"
    return
  fi
  # To another user the server looks as if it lacked more.
  if [ "$ID" != 0 ]; then
    echo "Expected to run as root, found uid $ID: $AS_ROOT"
    return
  fi
  place_problems
  if [ ! -d /run/systemd/system ]; then
    read -r INIT </proc/1/comm || INIT=unknown
    echo "Expected systemd as process 1, found \"$INIT\": the agent is a systemd service"
  fi
  LACKING=''
  for COMMAND in $COMMANDS_WANTED; do
    command -v "$COMMAND" >/dev/null || LACKING="$LACKING, $COMMAND"
  done
  [ -z "$LACKING" ] || echo "Expected the commands ${LACKING#, } on the server, found none of them: install them there first"
  if [ "$(readlink "$UNIT_FILE")" = /dev/null ]; then
    echo "Expected a service that can be started, found it masked: run \"systemctl unmask $UNIT\" there"
  fi
}

MOUNTINFO=/proc/self/mountinfo

# The file systems that the installer writes to, and those of which the service gets its own /tmp.
place_problems() {
  set -- "$BASE" "${INCOMING%/*}" "$CONFIG_DIR" "$UNIT_FILE" "$STATE_DIR" "$LOCK" /tmp /var/tmp
  FOUND_READ_ONLY='' FOUND_NOEXEC=''
  mounts_of "$@" | {
    while read -r OPTIONS POINT; do
      case "$1 $OPTIONS" in "$BASE "*,noexec,*) FOUND_NOEXEC=$POINT ;; esac
      case $OPTIONS$FOUND_READ_ONLY in
        *" $POINT "*) ;;
        *,ro,*)
          FOUND_READ_ONLY="$FOUND_READ_ONLY $POINT "
          echo "Expected to be able to write $1, found $POINT mounted read-only: remount it, or mount a writable file system at a directory of that path"
          ;;
      esac
      shift
    done
    [ -z "$FOUND_NOEXEC" ] || echo "Expected to be able to run programs from $BASE, found $FOUND_NOEXEC mounted noexec: mount a file system without it at $BASE, or remove it from /etc/fstab"
  }
}

# With which options the file system of each path is mounted, and where: a line such as ",rw,nosuid,noexec, /opt" a path,
# which need not be there. Of mounts on each other the last one is what is seen. One process for all: a shell reads
# byte by byte, and a server with containers has hundreds of mounts.
mounts_of() { # PATH...
  readlink -m "$@" | awk '
    paths { path[++n] = $0; next }
    {
      gsub(/\\040/, " ", $5)
      under = $5 == "/" ? "/" : $5 "/"
      for (i = 1; i <= n; i++)
        if (index(path[i] "/", under) == 1 && length(under) >= length(longest[i])) {
          longest[i] = under
          line[i] = "," $6 "," $NF ", " $5
        }
    }
    END { for (i = 1; i <= n; i++) print line[i] }
  ' paths=1 - paths= "$MOUNTINFO"
}

node_problems() { # bundled|system: whose Node
  case $1 in
    system) system_node_problems ;;
    *) bundled_node_problems ;;
  esac
}

bundled_node_problems() {
  OTHERWISE="or set homelab_agent_runtime: system where the server has its own Node $NODE_WANTED or newer"
  find_arch
  if [ "$ARCH" = none ]; then
    echo "Expected a 64-bit x86_64 or aarch64 server, found $ARCH_FOUND: use a 64-bit system, $OTHERWISE"
  fi
  find_libc
  at_least "${LIBC#glibc }" "$GLIBC_WANTED" ||
    echo "Expected glibc $GLIBC_WANTED or newer, found ${LIBC:-another C library}: use a newer system, $OTHERWISE"
}

system_node_problems() {
  OTHERWISE="install a newer one there, or leave homelab_agent_runtime at bundled"
  FOUND=$(command -v node) || FOUND=''
  case $FOUND in
    '') echo "Expected Node $NODE_WANTED or newer on the server, found none: $OTHERWISE" && return ;;
    /root/* | /home/*) echo "Expected a Node that every user can run, found $FOUND: $OTHERWISE" && return ;;
  esac
  VERSION_FOUND=$("$FOUND" --version 2>/dev/null)
  at_least "${VERSION_FOUND#v}" "$NODE_WANTED" ||
    echo "Expected Node $NODE_WANTED or newer on the server, found ${VERSION_FOUND:-one that does not start} at $FOUND: $OTHERWISE"
}

# Found once; a variable of the environment does not count.
ID='' ARCH='' LIBC=''

find_uid() { [ -n "$ID" ] || ID=$(id -u 2>/dev/null); }

# The processor as Node names it, or none. The kernel may be 64-bit where all programs are 32-bit (a Raspberry Pi with
# an older system).
find_arch() {
  [ -z "$ARCH" ] || return 0
  ARCH_FOUND=$(uname -m)
  case $ARCH_FOUND in
    x86_64) ARCH=x64 ;;
    aarch64 | arm64) ARCH=arm64 ;;
    *) ARCH=none ;;
  esac
  if [ "$(getconf LONG_BIT 2>/dev/null)" = 32 ]; then
    ARCH=none ARCH_FOUND="$ARCH_FOUND with 32-bit programs"
  fi
}

find_libc() { [ -n "$LIBC" ] || LIBC=$(getconf GNU_LIBC_VERSION 2>/dev/null); }

# Whether a version, such as 2.36 or 22.19.1, is not older than one of two numbers.
at_least() { # FOUND WANTED
  case $1 in [0-9]*.[0-9]*) ;; *) return 1 ;; esac
  MINOR=${1#*.} MINOR=${MINOR%%[!0-9]*}
  [ "${1%%.*}" -gt "${2%%.*}" ] || { [ "${1%%.*}" -eq "${2%%.*}" ] && [ "$MINOR" -ge "${2#*.}" ]; }
}

# Runs a command with each entry of our directory that is not ours: another agent's, or what the hub's "Upgrade" left.
each_foreign() { # COMMAND...
  for ENTRY in "$BASE"/* "$BASE"/.[!.]*; do
    case $ENTRY in
      "$RELEASES" | "$CURRENT" | "$PREVIOUS" | "$RUNTIMES" | "$TAKEOVER" | "$ACTIVATING") ;;
      "$BASE/.staging" | "$BASE/.activating" | "$BASE/.time" | "$CURRENT".old | "$CURRENT".new | "$PREVIOUS".old | "$PREVIOUS".new) ;;
      # Of a file system that is mounted there.
      "$BASE/lost+found") ;;
      *) [ ! -e "$ENTRY" ] || "$@" "$ENTRY" ;;
    esac
  done
}

# Two servers with the same name of a release have the same build, unit, configuration and runtime.
release_name() { # VERSION, SHA256SUMS without its last line end, the configuration's SHA-256, RUNTIME
  NAMED=$(printf '%s\n%s  config.yaml\nruntime %s\n' "$2" "$3" "$4" | sha256sum)
  printf '%s-%.8s\n' "$1" "$NAMED"
}

find_user() { ENTRY=$(getent passwd "$AGENT_USER"); }

# The user's home and shell are as the installer sets them. A user that is missing is no question of these.
user_is_right() {
  case $ENTRY in '' | *":$STATE_DIR:/usr/sbin/nologin") ;; *) return 1 ;; esac
}

# The agent is not on root's path, the name is free there and the file system can be written.
lacks_command() { [ ! -e "$AGENT_COMMAND" ] && [ ! -L "$AGENT_COMMAND" ] && [ -w "${AGENT_COMMAND%/*}" ]; }

# Runs a command with each directory that an interrupted run left: of the Ansible role, which copies its files within an
# hour, and of a transfer, which holds a lock on its directory.
each_leftover() { # COMMAND...
  [ -z "$(find "$INCOMING" -maxdepth 0 -mmin +60 2>/dev/null)" ] || "$@" "$INCOMING"
  for ENTRY in "$INCOMING".*; do
    [ ! -d "$ENTRY" ] || is_held "$ENTRY" || "$@" "$ENTRY"
  done
}

is_held() { ! flock -n "$1" true; } # DIRECTORY

# The start of a file that the agent's user can write. That user may put anything in its place at any moment: a link, a
# pipe, a file without end.
start_of() { # FILE BYTES
  [ -L "$1" ] || [ ! -f "$1" ] || timeout 5 head -c "$2" "$1"
}

# What the agent says of itself, in one line: {"release":"0.1.0-ab12cd34","pid":123,"last_success":null}
status_text() { start_of "$STATUS" "$1" | tr '\000\n' '  '; } # BYTES

# What a shell looks for stands at the start, and the time that it needs grows with the square of the length.
read_status() { STATUS_LINE=$(status_text 4096); }
# --- What a configuration sets: asked by the probe ------------------------------------------------------------

# What the configuration on the server sets, whichever agent's it is: set:KEY=VALUE, or list:KEY= with an item:KEY=VALUE
# for each. Of a secret only that it is set, unless SECRETS. odd:KEY= where the value is written in a way that is not
# read here (anchors, tags, texts over several lines), odd:file= where a line is no key: value. kept:* is the identity
# that our agent keeps for its next start.
about_settings() {
  [ -f "$CONFIG" ] || return 0
  if [ "$(stat -Lc %s "$CONFIG")" -gt "$MAX_TEXT" ]; then
    say odd:file too-long
    return
  fi
  awk -v keys="$CONFIG_KEYS" -v secrets="$CONFIG_SECRETS" -v show="$SECRETS" "$SETTINGS_AWK" "$CONFIG"
  start_of "$STATE_DIR/identity.json" 4096 | tr '{},' '[\n*]' |
    sed -n 's/^ *"\(server_id\|server_guid\)": *"\([0-9a-z-]*\)" *$/kept:\1=\2/p'
}

# shellcheck disable=SC2016 # The dollars are awk's.
readonly SETTINGS_AWK='
function forget() { kind[key] = ""; count[key] = 0 }
function odd() { if (key != "") kind[key] = "odd" }
function add(text) { items[key, ++count[key]] = text }

# Takes a value off the front of `rest`: its text is in `value`. Whether it could be read.
function take(ends, quote, at, char) {
  value = ""; quoted = 0
  quote = substr(rest, 1, 1)
  if (quote == "\"" || quote == "\047") {
    quoted = 1
    for (at = 2; at <= length(rest); at++) {
      char = substr(rest, at, 1)
      if (char == quote && quote == "\047" && substr(rest, at + 1, 1) == quote) at++
      else if (char == quote) { rest = substr(rest, at + 1); sub(/^[ \t]+/, "", rest); return 1 }
      else if (char == "\\" && quote == "\"") {
        char = substr(rest, ++at, 1)
        if (char !~ /["\\\/]/) return 0
      }
      value = value char
    }
    return 0
  }
  at = match(rest, ends) ? RSTART : length(rest) + 1
  value = substr(rest, 1, at - 1)
  rest = substr(rest, at)
  sub(/[ \t]+$/, "", value)
  return value !~ /^([][{}&*!|>%@`?,]|-[ \t])/ && value !~ /:([ \t]|$)/
}
function ended() { sub(/^[ \t]*(#.*)?$/, "", rest); return rest == "" }
function nothing() { return !quoted && value ~ /^(~|null|Null|NULL|)$/ }

function scalar() {
  if (!take("[ \t]#|^#") || !ended()) odd()
  else if (!nothing()) { kind[key] = "set"; items[key, 1] = value }
}
# An item of a list in brackets, which may go on in the next line.
function flow() {
  while (key != "") {
    sub(/^[ \t]*(#.*)?/, "", rest)
    if (rest == "") return
    if (rest ~ /^]/) { rest = substr(rest, 2); open = 0; if (!ended()) odd(); return }
    if (rest ~ /^,/) { rest = substr(rest, 2); continue }
    if (!take("[],]|[ \t]#")) { odd(); open = 0; return }
    add(value)
  }
}
function top() {
  key = line; sub(/[ \t]*:.*/, "", key); gsub(/["\047]/, "", key)
  rest = line; sub(/^[^:]*:[ \t]*/, "", rest)
  if (index(" " keys " ", " " key " ") == 0) { key = ""; return }
  forget()
  if (rest ~ /^\[/) { kind[key] = "list"; rest = substr(rest, 2); open = 1; flow() }
  else if (rest != "" && rest !~ /^#/) scalar()
}

BEGIN { base = -1 }
{ line = $0; sub(/\r$/, "", line); if (NR == 1) sub(/^\357\273\277/, "", line) }
line ~ /^[ \t]*(#.*)?$/ || line ~ /^(---|\.\.\.)[ \t]*(#.*)?$/ { next }
{
  match(line, /^ */); indent = RLENGTH; line = substr(line, indent + 1)
  if (base < 0) base = indent
  if (open) { rest = line; flow() }
  else if (indent == base && line ~ /^["\047]?[A-Za-z_]+["\047]?[ \t]*:([ \t]|$)/) top()
  else if (indent >= base && line ~ /^-[ \t]/) {
    if (key == "" || (kind[key] != "" && kind[key] != "list")) { odd(); next }
    kind[key] = "list"
    rest = line; sub(/^-[ \t]+/, "", rest)
    if (take("[ \t]#|^#") && ended()) add(value); else odd()
  }
  else if (indent > base) odd()
  else { file = 1; key = "" }
}
END {
  if (open) odd()
  if (file) print "odd:file="
  n = split(keys, names, " ")
  for (i = 1; i <= n; i++) {
    key = names[i]
    if (kind[key] == "odd") print "odd:" key "="
    else if (kind[key] == "set") {
      hidden = index(" " secrets " ", " " key " ") && show != "yes"
      print "set:" key "=" (hidden ? "yes" : items[key, 1])
    }
    else if (kind[key] == "list") {
      print "list:" key "="
      for (j = 1; j <= count[key]; j++) print "item:" key "=" items[key, j]
    }
  }
}'

# --- The probe: what a server is and has. Changes nothing, and runs as root ------------------------------------
#
#   probe facts bundled|system [VERSION NODE SUMS CONFIG_SHA256] [texts] [secrets] [installer]
#   probe outcome DIRECTORY
#   probe beat RELEASE SECONDS
#
# Every answer is a line NAME=VALUE; "problem" and "storage" may stand in several. What a login shell prints before the
# first of them, "probe=1", is noise; an answer without "end=ok" was cut off. It starts few processes, as each costs a
# small server more than what it answers.
#
#   facts      everything that a plan needs, "full" if what it lacks would not fit on its disk. With VERSION, NODE (such
#              as node-v24.21.0), the text of the artifact's SHA256SUMS and the digest of the configuration also the name
#              of the release that these make, and, if the server has another configuration, what that sets (see
#              about_settings).
#   texts      the configuration and the unit as well, in base64: secrets are in them
#   secrets    what the configuration on the server sets in any case, with the secrets in it
#   installer  what the live release's own installer would change
#   beat       waits until the agent of this release has tried to send a heartbeat, at most so long and only while the
#              release is live
#   outcome    on which release the server stands, whether a transfer is still being installed from DIRECTORY, and what
#              the agent says of itself
set -u
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

say() { printf '%s=%s\n' "$1" "$2"; }

readonly AS_ROOT='use sudo, or set ansible_become_user to root'
SYSFS=/sys
# A larger file is none of ours, and an answer is bounded.
readonly MAX_TEXT=262144
# What a release and a runtime need on disk, in KiB, rounded up generously.
readonly RELEASE_KIB=12288 RUNTIME_KIB=143360

probe() {
  say probe 1
  # Every age is counted from it.
  say time "$(date +%s)"
  case $1 in
    outcome) about_outcome "$2" ;;
    beat) about_beat "$2" "$3" ;;
    *) shift && about_everything "$@" ;;
  esac
  say end ok
}

about_outcome() { # DIRECTORY
  [ ! -d "$1" ] || ! is_held "$1" || say receiving yes
  about_paths "$CURRENT"
  [ ! -e "$ACTIVATING" ] || say activating yes
  about_service ActiveState
  about_status
}

about_status() {
  SAID=$(status_text 65536)
  [ -z "$SAID" ] || say status "$SAID"
}

about_beat() { # RELEASE SECONDS
  UNTIL=$(($(uptime_seconds) + $2))
  until has_tried "$1" || ! is_live "$1" || [ "$(uptime_seconds)" -ge "$UNTIL" ]; do
    # Not every sleep knows parts of a second.
    sleep 0.3 2>/dev/null || sleep 1
  done
  about_paths "$CURRENT"
  about_status
}

is_live() { # RELEASE
  case $(readlink "$CURRENT") in */"$1") ;; *) return 1 ;; esac
}

uptime_seconds() {
  read -r UP _ </proc/uptime && echo "${UP%%.*}"
}

has_tried() { # RELEASE
  read_status
  case $STATUS_LINE in *'"release":"'"$1"'"'*'"last_attempt":"'*) ;; *) return 1 ;; esac
}

about_everything() { # bundled|system [VERSION NODE SUMS CONFIG_SHA256] [texts] [installer]
  RUNTIME=$1 SUMS_WANTED='' CONFIG_WANTED='' SECRETS=no && shift
  about_server
  if [ $# -ge 4 ]; then
    [ "$RUNTIME" = system ] || RUNTIME=$2-linux-$ARCH
    say runtime "$RUNTIME"
    say release "$(release_name "$1" "$3" "$4" "$RUNTIME")"
    SUMS_WANTED=$3 CONFIG_WANTED=$4
    shift 4
  fi
  about_paths "$BASE" "$CONFIG_DIR" "$CURRENT" "$PREVIOUS" "$CURRENT/node" "$CONFIG" "$UNIT_FILE" "$INCOMING"
  DIGESTS=$(sha256sum "$CONFIG" "$UNIT_FILE" "$RELEASES"/*/SHA256SUMS 2>/dev/null)
  printf '%s\n' "$DIGESTS" | sed -n 's|^\([0-9a-f]*\) [ *]\(.*\)$|sha256:\2=\1|p'
  user_is_right || say repair "home and shell of $AGENT_USER"
  ! grep -q "^ExecStart=.*$CURRENT/" "$UNIT_FILE" 2>/dev/null || each_foreign say_foreign
  [ ! -L "$CURRENT" ] || ! lacks_command || say repair "the command $AGENT_COMMAND"
  each_leftover say_leftover
  about_releases
  about_disk
  about_service LoadState,ActiveState,UnitFileState,MainPID,NRestarts,NeedDaemonReload,ExecStart
  about_status
  case "$CONFIG_WANTED $DIGESTS" in ' '* | *"$CONFIG_WANTED  $CONFIG"*) ;; *) about_settings ;; esac
  for EXTRA in "$@"; do
    case $EXTRA in
      texts) about_texts ;;
      secrets) SECRETS=yes && about_settings ;;
      installer) about_installer ;;
    esac
  done
}

about_server() {
  # Before the requirements, which a subshell asks with the same answers.
  find_uid
  find_arch
  find_libc
  # Without a process: where none can be started, this has to be said as well.
  { server_problems; node_problems "$RUNTIME"; } | while read -r PROBLEM; do say problem "$PROBLEM"; done
  say arch "$ARCH"
  say machine "$ARCH_FOUND"
  say libc "$LIBC"
  find_user
  say user "$ENTRY"
  say group "$(getent group "$AGENT_USER")"
}

about_disk() {
  AT=$BASE
  while [ ! -d "$AT" ]; do AT=${AT%/*} && AT=${AT:-/}; done
  df -Pk "$AT" / 2>/dev/null | {
    read -r _
    read -r FILESYSTEM _ _ FREE _ && say space "$FREE $FILESYSTEM" && about_room "$FREE" "$FILESYSTEM"
    read -r ROOT _
    about_errors "$FILESYSTEM"
    [ "$ROOT" = "$FILESYSTEM" ] || about_errors "$ROOT"
  }
  # Where the agent is to be installed is asked with the requirements. The root of an image-based system is read-only by
  # design, and no other user may write there.
  [ "$AT" = / ] || [ -e /run/ostree-booted ] || [ "$ID" != 0 ] || about_writable /
}

# Whether what has to be sent fits beside $BASE: a release, its artifact and its runtime, without what is there.
about_room() { # KIB FILESYSTEM
  NEEDED=$((RELEASE_KIB + RELEASE_KIB + RUNTIME_KIB))
  case $1 in '' | *[!0-9]*) return ;; esac
  [ "$1" -lt "$NEEDED" ] || return 0
  ! has_artifact || NEEDED=$((NEEDED - RELEASE_KIB))
  ! has_runtime || NEEDED=$((NEEDED - RUNTIME_KIB))
  [ "$1" -ge "$NEEDED" ] ||
    say full "Expected $((NEEDED * 1024 / 1000000)) MB free for $BASE on $2, found $(($1 * 1024 / 1000000)) MB: make room there first"
}

# A whole release is made of the wanted files.
has_artifact() {
  [ "$SUMS_WANTED" != '' ] && [ "$INTACT" = yes ] || return 1
  SUM=$(printf '%s\n' "$SUMS_WANTED" | sha256sum)
  case $DIGESTS in *"${SUM%% *}  $RELEASES/"*) ;; *) return 1 ;; esac
}

# The wanted one, or any where none was named.
has_runtime() {
  case $RUNTIME in
    system) return ;;
    bundled) set -- "$RUNTIMES"/*/bin/node ;;
    *) set -- "$RUNTIMES/$RUNTIME/bin/node" ;;
  esac
  [ -x "$1" ]
}

# Errors that ext4 has recorded since its last check.
about_errors() { # DEVICE
  DEVICE=$1 ERRORS=0
  [ ! -L "$DEVICE" ] || DEVICE=$(readlink -f "$DEVICE")
  { read -r ERRORS <"$SYSFS/fs/ext4/${DEVICE##*/}/errors_count"; } 2>/dev/null
  [ "$ERRORS" = 0 ] || say storage "Expected no errors on $1, found $ERRORS that ext4 has recorded: check it with e2fsck"
}

about_writable() { # DIRECTORY
  [ -w "$1" ] || say storage "Expected $1 to be writable, found its file system read-only: see \"journalctl -k\" on the server"
}

say_foreign() { # PATH
  say repair "$(printf 'removes %s, which is of another agent' "$1" | tr -d '[:cntrl:]')"
}

say_leftover() { say repair "$1, left by an interrupted run"; } # PATH

about_paths() { # PATH...
  stat --printf 'stat:%n=%F %a %U:%G\nname:%n=%N\n' "$@" 2>/dev/null
}

about_releases() {
  INTACT=no
  for NODE in "$RUNTIMES"/*/bin/node; do
    NAME=${NODE%/bin/node}
    [ ! -x "$NODE" ] || say "has:${NAME##*/}" yes
  done
  [ ! -x "$CURRENT/node" ] || say node_runnable yes
  [ ! -f "$CURRENT/SHA256SUMS" ] || ! (cd "$CURRENT" && sha256sum -c --status SHA256SUMS) 2>/dev/null || INTACT=yes
  say intact "$INTACT"
  [ ! -e "$ACTIVATING" ] || say activating yes
  [ ! -f "$BASE/homelab-agent.py" ] || say python "$BASE/homelab-agent.py"
}

about_service() { # PROPERTIES
  systemctl show "$UNIT" -p "$1" 2>/dev/null | sed 's/^/service:/'
}

about_texts() {
  for FILE in "$CONFIG" "$UNIT_FILE"; do
    [ -f "$FILE" ] && [ "$(stat -Lc %s "$FILE")" -le "$MAX_TEXT" ] && say "text:$FILE" "$(base64 -w 0 "$FILE")"
  done
}

about_installer() {
  RESULT=none
  [ ! -f "$CURRENT/install-agent.sh" ] ||
    RESULT=$(sh "$CURRENT/install-agent.sh" --check 2>/dev/null | sed -n 's/^result: *//p')
  say installer "${RESULT:-unknown}"
}

probe "$@"
