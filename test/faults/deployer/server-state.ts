import { setTimeout as sleep } from 'node:timers/promises';
import { places } from '../../../agent/contract/places.ts';
import { sha256 } from '../../../deployer/lib/digest.ts';
import type { FleetHost } from '../../fleet/fleet-host.ts';
import type { Release } from './releases.ts';

/** What stands on a server, and everything about it that is not as after an undisturbed push. */
export interface ServerState {
  /** The version of the live release. */
  readonly version: string;
  readonly problems: readonly string[];
}

const SCRIPT = `
base=${places.base} live=${places.current}
say() { printf '%s=%s\\n' "$1" "$2"; }
say release "$(basename "$(readlink $live)")"
say sums "$(sha256sum <$live/SHA256SUMS | cut -d ' ' -f 1)"
say damaged "$(cd $live/ && sha256sum -c --quiet SHA256SUMS 2>&1 | tr '\\n' ' ')"
say config "$(cmp ${places.config} $live/config.yaml 2>&1)"
say unit "$(cmp ${places.unit} $live/${places.unitName} 2>&1)"
systemctl show -p ActiveState,MainPID,UnitFileState,NeedDaemonReload ${places.unitName}
say status "$(cat ${places.status} 2>/dev/null)"
[ ! -e ${places.lock} ] || flock -n ${places.lock} true || say held "$(cat ${places.lock})"
ls -A /opt | grep -vxE 'homelab-agent|filled.*' | sed 's|^|left=/opt/|'
ls -A $base | grep -vxE 'current|previous|releases|runtime' | sed "s|^|left=$base/|"
ls -A ${places.configDir} | grep -vx config.yaml | sed 's|^|left=${places.configDir}/|'
ls -A /etc/systemd/system | grep homelab-agent | grep -vxF ${places.unitName} | sed 's|^|left=/etc/systemd/system/|'
find /var/tmp /tmp -maxdepth 1 '(' -name 'homelab*' -o -name '*ansible*' ')' | sed 's|^|left=|'
systemctl list-units --all --plain --no-legend 'run-*.service' 'run-*.timer' | sed 's|^|left=unit |'
pgrep -af '[i]nstall-agent|[h]omelab-deploy' | sed 's|^|left=process |'
:`;

/** How long a server may take to come to rest after what happened to it. */
const REST_MS = 90_000;

/** Reads a server's state, again until nothing is wrong with it or it had time enough. */
export async function stateAtRest(
  host: FleetHost,
  known: readonly Release[],
  isAccepted: (problem: string) => boolean = () => false,
): Promise<ServerState> {
  const deadline = performance.now() + REST_MS;
  for (;;) {
    const state = judge((await host.exec(SCRIPT)).stdout, known);
    const problems = state.problems.filter(problem => !isAccepted(problem));
    if (problems.length === 0 || performance.now() > deadline) return { ...state, problems };
    await sleep(500);
  }
}

function judge(answer: string, known: readonly Release[]): ServerState {
  const lines = answer.split('\n');
  const all = (name: string): string[] =>
    lines.filter(line => line.startsWith(`${name}=`)).map(line => line.slice(name.length + 1));
  const one = (name: string): string => all(name)[0] ?? '';
  const release = one('release');
  const made = known.find(({ sums }) => sha256(sums) === one('sums'));
  const problems: string[] = [];
  const expect = (what: string, wanted: string, found: string): void => {
    if (found !== wanted)
      problems.push(`Expected ${what} ${wanted || 'empty'}, found ${found || 'none'}`);
  };
  if (made === undefined) problems.push(`Expected the files of a known artifact in ${release}`);
  else if (!release.startsWith(`${made.version}-`))
    problems.push(`${release} holds ${made.version}`);
  for (const name of ['damaged', 'config', 'unit', 'held']) expect(name, '', one(name));
  expect('ActiveState', 'active', one('ActiveState'));
  expect('UnitFileState', 'enabled', one('UnitFileState'));
  expect('NeedDaemonReload', 'no', one('NeedDaemonReload'));
  const status = one('status');
  expect('the release that runs', release, /"release":"([^"]*)"/.exec(status)?.[1] ?? '');
  expect('the process that runs', one('MainPID'), /"pid":(\d+)/.exec(status)?.[1] ?? '');
  for (const left of all('left')) problems.push(`Left behind: ${left}`);
  return { version: made?.version ?? release, problems };
}
