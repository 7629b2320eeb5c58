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

