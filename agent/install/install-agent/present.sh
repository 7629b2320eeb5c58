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

