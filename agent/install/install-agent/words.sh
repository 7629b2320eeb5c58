# --- Places of the installer alone, and its words ---------------------------------------------------------

readonly STAGING=$BASE/.staging
readonly UNIT_DIR=${UNIT_FILE%/*}
readonly BEAT_WAIT="${HOMELAB_AGENT_BEAT_WAIT:-90}"

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

