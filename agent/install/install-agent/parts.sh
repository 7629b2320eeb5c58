# --- Plain parts: user, directories, files with their modes ----------------------------------------------

ensure_user() {
  if getent passwd "$AGENT_USER" >/dev/null && getent group "$AGENT_USER" >/dev/null; then
    ok "user $AGENT_USER"
    return
  fi
  changed "user $AGENT_USER"
  [ "$CHECK" = no ] || return 0
  if getent passwd "$AGENT_USER" >/dev/null; then
    groupadd --system "$AGENT_USER" || give_up "Cannot add the group"
    return
  fi
  GROUP=--user-group
  ! getent group "$AGENT_USER" >/dev/null || GROUP=--gid=$AGENT_USER
  useradd --system "$GROUP" --home-dir "$STATE_DIR" --no-create-home --shell /usr/sbin/nologin \
    --comment 'Homelab agent' "$AGENT_USER" || give_up "Cannot add the user"
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

