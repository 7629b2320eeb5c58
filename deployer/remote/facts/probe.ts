import { layout } from '../../release/layout.ts';
import { quote } from '../quote.ts';

/** Words of no language but English, programs in their usual places, and how an answer is given. */
const HEAD = `
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
say() { printf "hla:%s %s\\n" "$1" "$2"; }
`;

/**
 * Answers everything that a plan needs in one command. It starts few processes, because on a small server each costs
 * more than what it answers, and reads nothing that it does not have to: the texts of configuration and unit (secrets
 * in them) only when a diff is wanted.
 *
 * Every answer is a line `hla:<name> <value>`; the raw lines after a `hla:section <name>` belong to that section.
 * What a login shell prints before the first of them is noise.
 */
const SCRIPT = `${HEAD}
o=${layout.base}; c=${layout.config}; u=${layout.unit}; s=${layout.status}
say uid "$(id -u)"
say architecture "$(uname -m)"
say bits "$(getconf LONG_BIT 2>/dev/null)"
say libc "$(getconf GNU_LIBC_VERSION 2>/dev/null)"
read -r x </proc/1/comm && say init "$x"
read -r x </proc/sys/kernel/hostname && say hostname "$x"
say time "$(date +%s)"
for x in tar gzip sha256sum flock useradd systemctl; do command -v "$x" >/dev/null || say missing "$x"; done
d=$o; while [ ! -d "$d" ]; do d=\${d%/*}; d=\${d:-/}; done
say section space
df -Pk "$d" /var/tmp 2>/dev/null
say section stat
stat -c "%n|%a|%U:%G|%N" $o/current $o/previous $o/current/node $c $u 2>/dev/null
say section digests
sha256sum $c $u $o/releases/*/SHA256SUMS 2>/dev/null
for x in $o/runtime/*/bin/node; do [ -x "$x" ] && say runtime "$x"; done
[ -x $o/current/node ] && say node runnable
[ -f $o/current/SHA256SUMS ] && (cd $o/current && sha256sum -c --status SHA256SUMS) 2>/dev/null && say intact yes
[ -e ${layout.activating} ] && say activating yes
[ -f $o/homelab-agent.py ] && say python $o/homelab-agent.py
say section unit
systemctl show homelab-agent.service -p LoadState,ActiveState,SubState,UnitFileState,MainPID,NRestarts,NeedDaemonReload,ExecStart 2>/dev/null
[ -f $s ] && [ ! -L $s ] && say status "$(head -c 65536 $s | tr "\\n" " ")"
`;

/** A larger file is not sent: it is none of ours, and an answer is bounded. */
const MAX_TEXT_BYTES = 256 * 1024;

const TEXTS = `
for x in $c $u; do
  [ -f "$x" ] && [ "$(stat -Lc %s "$x")" -le ${MAX_TEXT_BYTES} ] && say section "text:$x" && base64 "$x"
done
`;

/** What tells on which release a server stands, in the words of the whole probe. */
const STANDING = `${HEAD}
[ -d "$1" ] && say receiving yes
say section stat
stat -c "%n|%a|%U:%G|%N" ${layout.current} 2>/dev/null
[ -e ${layout.activating} ] && say activating yes
say section unit
systemctl show homelab-agent.service -p ActiveState 2>/dev/null
`;

/** The one command that asks a server for its facts; it has to run as root. */
export function probeCommand(options: { texts: boolean }): string {
  return quote(['sh', '-c', `${SCRIPT}${options.texts ? TEXTS : ''}say end ok`]);
}

/**
 * The same for {@link Standing} alone: an installer has just looked at all the rest. `directory` is where the transfer
 * was unpacked.
 */
export function standingCommand(directory: string): string {
  return quote(['sh', '-c', `${STANDING}say end ok`, 'sh', directory]);
}
