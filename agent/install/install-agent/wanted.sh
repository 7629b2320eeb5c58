# --- What is wanted --------------------------------------------------------------------------------------

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

