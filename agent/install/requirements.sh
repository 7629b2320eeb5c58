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
