import { places } from '../../agent/contract/places.ts';
import { sha256 } from '../lib/digest.ts';
import { quote } from '../lib/quote.ts';
import type { HostPlan } from '../plan/plan.ts';
import { type TarMember, tarBytes } from './tar-stream.ts';
import { AS_UNIT } from './transient-unit.ts';

/** A file that may have to be sent: in memory, or on this machine's disk. */
export interface SentFile {
  readonly file: string;
  readonly sha256: string;
  readonly source: { readonly content: Buffer } | { readonly file: string; readonly bytes: number };
}

/** How a server is to activate what it got. */
interface ActivationOptions {
  readonly gateSeconds: number;
  readonly requireBeat: boolean;
  readonly keepReleases: number;
  /** The configuration was checked with the same build that will run it. */
  readonly checked: boolean;
  /** Who pushed, for the journal of the server: `anna@desk`. */
  readonly by: string;
}

/** What goes to one server: the command to run there as root, and the tar for its standard input. */
export interface Transfer {
  /** Where the server unpacks it: there until the installer has ended. */
  readonly directory: string;
  readonly command: string;
  readonly members: readonly TarMember[];
  /** An archive that follows the tar and is unpacked while it arrives, never stored. */
  readonly tail: SentFile | null;
}

export interface TransferInput {
  readonly plan: HostPlan;
  readonly config: string;
  readonly artifact: SentFile;
  /** The runtime's archive; needed only where the plan sends it. */
  readonly runtime: SentFile | null;
  readonly options: ActivationOptions;
  /** Names the directory on the server; no two transfers have the same. */
  readonly id: string;
}

/** Sent by the server once everything has arrived: from here on it finishes by itself, even without the connection. */
export const RECEIVED = 'hla:received';

/**
 * Unpacks the transfer into a directory that only root can enter, checks every byte, and starts the installer.
 * It lies beside the agent's own, where there must be room and programs can be run; /var/tmp may be noexec or small.
 *
 * The lock on the directory lasts as long as anything is at work there: this shell, and then the unit, which gets it as
 * its standard input. What no lock is on was left by a power cut or a kill, and the next installation removes it.
 *
 * From then on the installer finishes, or undoes, what it started. Until then nothing outside the directory is
 * touched.
 */
const RECEIVE = `
set -eu; umask 077
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
d=$1; shift
mkdir "$d"
trap 'rm -rf "$d"' EXIT
trap 'exit 129' HUP INT PIPE TERM
exec 8<"$d"
flock 8
cd "$d"
head -c "$1" | tar -xf -
sha256sum -c --quiet SHA256SUMS
mkdir artifact runtime
[ -z "$2" ] || tar -xzf "$2" -C artifact --strip-components=1 --no-same-owner
[ -z "$3" ] || tar -xzf - -C runtime --no-same-owner
i=\${4:-$d/artifact}/install-agent.sh; shift 4
echo ${RECEIVED}
exec ${AS_UNIT} \\
  sh -c 'd=$1; shift; cd "$d" || exit 1; trap "" HUP PIPE; sh "$@"; r=$?; cd /; rm -rf "$d"; exit $r' sh "$d" "$i" "$@" <&8
`;

/** From a plan to the one command and the one stream that carry it out. */
export function transferFor(input: TransferInput): Transfer {
  const { plan, config, artifact, runtime, options, id } = input;
  const sent = plan.send.artifact ? artifact : null;
  const tail = plan.send.runtime ? runtime : null;
  const sums = [
    ...(sent === null ? [] : [`${sent.sha256}  ${sent.file}\n`]),
    `${sha256(config)}  config.yaml\n`,
  ];
  const members: TarMember[] = [
    { name: 'SHA256SUMS', content: Buffer.from(sums.join('')) },
    { name: 'config.yaml', content: Buffer.from(config) },
    ...(sent === null ? [] : [{ ...sent.source, name: sent.file }]),
  ];
  const from = sent === null && plan.from !== null ? `${places.releases}/${plan.from}` : '';
  return receive({ members, artifact: sent, tail, from, id }, installerArguments(plan, options));
}

/** Sends the artifact alone and runs its installer with these arguments: for what needs no release on the server. */
export function installerTransfer(
  artifact: SentFile,
  args: readonly string[],
  id: string,
): Transfer {
  const sums = `${artifact.sha256}  ${artifact.file}\n`;
  const members: TarMember[] = [
    { name: 'SHA256SUMS', content: Buffer.from(sums) },
    { ...artifact.source, name: artifact.file },
  ];
  return receive({ members, artifact, tail: null, from: '', id }, args);
}

interface Parts {
  readonly members: readonly TarMember[];
  readonly artifact: SentFile | null;
  readonly tail: SentFile | null;
  /** The directory whose installer is run where no artifact is sent. */
  readonly from: string;
  readonly id: string;
}

function receive({ members, artifact, tail, from, id }: Parts, args: readonly string[]): Transfer {
  const directory = `${places.incoming}.${id}`;
  const bytes = String(tarBytes(members));
  const named = [directory, bytes, artifact?.file ?? '', tail?.file ?? '', from];
  return {
    command: quote(['sh', '-c', RECEIVE, 'sh', ...named, ...args]),
    members,
    tail,
    directory,
  };
}

function installerArguments(plan: HostPlan, options: ActivationOptions): string[] {
  return [
    '--config',
    'config.yaml',
    '--runtime',
    plan.send.runtime ? `./runtime/${plan.runtime}` : plan.runtime,
    '--gate',
    String(options.gateSeconds),
    '--keep',
    String(options.keepReleases),
    '--by',
    options.by,
    ...(options.requireBeat ? ['--require-beat'] : []),
    ...(options.checked ? ['--checked'] : []),
  ];
}
