# --- The server ------------------------------------------------------------------------------------------

check_server() {
  [ "$(id -u)" = 0 ] || refuse "This must run as root; try: sudo $0"
  [ -d /run/systemd/system ] || refuse "systemd does not run this server, and the agent is a systemd service"
  for TOOL in flock gzip journalctl logger sha256sum systemctl tar; do
    command -v "$TOOL" >/dev/null || refuse "The program $TOOL is missing; install it and run this again"
  done
  [ ! -L "$UNIT_FILE" ] || [ "$(readlink "$UNIT_FILE")" != /dev/null ] ||
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
same() { [ -f "$1" ] && [ -f "$2" ] && cmp -s "$1" "$2"; }
is_ours() { grep -q "^ExecStart=$CURRENT/" "$1" 2>/dev/null; }
# Every file of ours, or the file system of one place.
on_disk() {
  [ $# -gt 0 ] || set -- "$BASE" "$CONFIG_DIR" "$UNIT_DIR"
  sync -f "$@" 2>/dev/null || sync
}

# Without a process where none of them is there.
rm_there() { # PATH...
  for THERE in "$@"; do
    [ -e "$THERE" ] || [ -L "$THERE" ] || continue
    rm -rf "$@"
    return
  done
}

digest() { # FILE
  SUM=$(sha256sum <"$1") && echo "${SUM%% *}"
}

link_name() { # LINK
  LINKED=$(readlink "$1" 2>/dev/null)
  echo "${LINKED##*/}"
}

uptime_seconds() {
  read -r UP _ </proc/uptime && echo "${UP%%.*}"
}

