import { places } from '../../agent/contract/places.ts';
import { plainLines, quoted } from '../../agent/contract/plain-text.ts';
import { arches } from '../../agent/contract/requirements.ts';
import { parseStatus } from '../../agent/contract/status.ts';
import type { Facts, FileFact, ServiceFact, SettingsFact } from './facts.ts';

/** In bytes: a hundred releases, a status and the two texts of a diff stay far below this. */
export const MAX_ANSWER = 1024 * 1024;

const MOST_SENTENCES = 20;
const SENTENCE = 300;

/** The value under a name; of several, the last. */
type Answers = ReadonlyMap<string, string>;

/**
 * Reads what the probe printed:
 *
 *     probe=1
 *     machine=x86_64
 *     sha256:/etc/homelab-agent/config.yaml=5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
 *     end=ok
 *
 * A server is not trusted: every step below takes time linear in the answer.
 * Throws an Error for an answer without the server's time, and where the last line is missing: an incomplete answer
 * would give a wrong plan.
 */
export function parseFacts(text: string): Facts {
  // Output of a login shell before that is ignored.
  const lines = plainLines(text).split('\n');
  const pairs = lines.slice(lines.indexOf('probe=1') + 1).map(split);
  const answers: Answers = new Map(pairs);
  const is = (name: string): boolean => answers.get(name) === 'yes';
  if (answers.get('end') !== 'ok') {
    throw new Error('Expected the whole answer of the probe, found a part');
  }
  // Sentences for a person: few, and short.
  const all = (name: string): string[] =>
    pairs
      .filter(([each]) => each === name)
      .slice(0, MOST_SENTENCES)
      .map(([, value]) => value.slice(0, SENTENCE));
  const current = releaseOf(target(answers, places.current));
  const node = target(answers, `${places.current}/node`);
  return {
    problems: all('problem'),
    repairs: all('repair'),
    storageFaults: all('storage').slice(0, 5),
    arch: arches.find(arch => arch === answers.get('arch')) ?? null,
    machine: answers.get('machine') ?? '',
    libc: answers.get('libc') || null,
    time: parseTime(answers.get('time')),
    freeKiB: parseSpace(answers.get('space')),
    full: answers.get('full') ?? null,
    wanted: parseWanted(answers),
    current,
    previous: releaseOf(target(answers, places.previous)),
    currentRuntime: node === undefined ? null : runtimeOf(node),
    nodeRunnable: is('node_runnable'),
    intact: is('intact'),
    activating: is('activating'),
    receiving: is('receiving'),
    releases: pairs.flatMap(([name, sumsSha256]) => {
      const release = /^sha256:\/opt\/homelab-agent\/releases\/([^/]+)\/SHA256SUMS$/.exec(
        name,
      )?.[1];
      return release === undefined ? [] : [{ name: release, sumsSha256 }];
    }),
    runtimes: pairs.flatMap(([name]) => (name.startsWith('has:') ? [name.slice(4)] : [])),
    config: fileFact(answers, places.config),
    unit: fileFact(answers, places.unit),
    settings: parseSettings(pairs),
    kept: parseKept(answers),
    service: parseService(answers),
    status: parseStatus(answers.get('status') ?? ''),
    formerAgent: formerAgent(answers, current),
    texts: { config: decode(answers, places.config), unit: decode(answers, places.unit) },
  };
}

/** The longest value but that of a file; a name of a release or of a file system has a fraction of it. */
const LONGEST = 1_000;

function split(line: string): [string, string] {
  const at = line.indexOf('=');
  if (at < 0) return [line, ''];
  const name = line.slice(0, at);
  const isFile = name === 'status' || name.startsWith('text:');
  return [name, isFile ? line.slice(at + 1) : line.slice(at + 1, at + 1 + LONGEST)];
}

/** Where a link leads: `name:/opt/homelab-agent/current='/opt/homelab-agent/current' -> 'releases/0.1.0-ab12cd34'` */
function target(answers: Answers, link: string): string | undefined {
  const name = answers.get(`name:${link}`) ?? '';
  const arrow = name.indexOf(" -> '");
  return arrow >= 0 && name.endsWith("'") ? name.slice(arrow + 5, -1) : undefined;
}

/** `1795155164`: seconds since 1970, from which every age is counted. */
function parseTime(answer = ''): number {
  if (!/^\d{1,11}$/.test(answer)) {
    throw new Error(`Expected the time from the probe, found ${quoted(answer, 40)}`);
  }
  return Number(answer);
}

/** 0 for anything that is not one, as for a property that systemd does not print. */
function figure(text: string): number {
  return /^\d{1,10}$/.test(text) ? Number(text) : 0;
}

/** `50539468 /dev/sda1`: KiB that are free, and the file system. */
function parseSpace(answer = ''): Facts['freeKiB'] {
  const at = answer.indexOf(' ');
  const freeKiB = Number(answer.slice(0, at));
  return at < 1 || !Number.isSafeInteger(freeKiB) ? null : freeKiB;
}

function parseWanted(answers: Answers): Facts['wanted'] {
  const [release = '', runtime = ''] = [answers.get('release'), answers.get('runtime')];
  const named = /^[\w.+-]{1,100}-[0-9a-f]{8}$/.test(release) && /^[\w.-]{1,100}$/.test(runtime);
  return named ? { release, runtime } : null;
}

/** `service:ActiveState=active`: the properties of `systemctl show`. */
function parseService(answers: Answers): ServiceFact {
  const property = (name: string): string => answers.get(`service:${name}`) ?? '';
  return {
    active: property('ActiveState') || 'unknown',
    enabled: property('UnitFileState'),
    mainPid: figure(property('MainPID')),
    restarts: figure(property('NRestarts')),
    needsReload: property('NeedDaemonReload') === 'yes',
  };
}

/**
 * What another agent's service runs, if there is one under our name: its script, or the unit's command.
 *
 *     ExecStart={ path=/usr/bin/python3 ; argv[]=/usr/bin/python3 /opt/homelab-agent/homelab-agent.py ; ignore_errors=no ; … }
 */
function formerAgent(answers: Answers, current: string | null): string | null {
  const script = answers.get('python');
  const execStart = answers.get('service:ExecStart') ?? '';
  const isForeign = execStart !== '' && !execStart.includes(places.current);
  // Beside a release of ours, a script alone is what the hub's "Upgrade" left.
  if (script !== undefined && (isForeign || current === null)) return script;
  if (!isForeign) return null;
  const from = execStart.indexOf('argv[]=');
  const to = execStart.indexOf(' ;', from);
  return from >= 0 && to >= 0 ? execStart.slice(from + 'argv[]='.length, to) : execStart;
}

/** `set:mode=readwrite`, `list:monitored_services=` with an `item:` for each, `odd:mode=` */
function parseSettings(pairs: readonly (readonly [string, string])[]): SettingsFact | null {
  const values = new Map<string, string>();
  const lists = new Map<string, string[]>();
  const odd: string[] = [];
  for (const [name, value] of pairs) {
    const [, kind, key = ''] = /^(set|list|item|odd):(\w{1,40})$/.exec(name) ?? [];
    if (kind === 'set') values.set(key, value);
    else if (kind === 'list') lists.set(key, []);
    else if (kind === 'item') lists.get(key)?.push(value);
    else if (kind === 'odd') odd.push(key);
  }
  return values.size + lists.size + odd.length === 0 ? null : { values, lists, odd };
}

function parseKept(answers: Answers): Facts['kept'] {
  const serverId = answers.get('kept:server_id');
  const serverGuid = answers.get('kept:server_guid');
  return serverId && serverGuid ? { serverId, serverGuid } : null;
}

/** `stat:/etc/homelab-agent/config.yaml=regular file 640 root:homelab-agent` */
function fileFact(answers: Answers, path: string): FileFact | null {
  const [owner, mode] = (answers.get(`stat:${path}`) ?? '').split(' ').reverse();
  const sha256 = answers.get(`sha256:${path}`);
  if (owner === undefined || mode === undefined || sha256 === undefined) return null;
  return { sha256, mode, owner };
}

function releaseOf(link: string | undefined): string | null {
  return /^(?:\/opt\/homelab-agent\/)?releases\/([^/]+)\/?$/.exec(link ?? '')?.[1] ?? null;
}

function runtimeOf(link: string): string {
  return /runtime\/([^/]+)\/bin\/node$/.exec(link)?.[1] ?? 'system';
}

function decode(answers: Answers, path: string): string | null {
  const text = answers.get(`text:${path}`);
  return text === undefined ? null : Buffer.from(text, 'base64').toString('utf8');
}
