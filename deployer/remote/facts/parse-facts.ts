import { layout } from '../../release/layout.ts';
import { parseAgentStatus } from './agent-status.ts';
import type { Facts, FileFact, ServiceFact, SpaceFact } from './facts.ts';

/** A hundred releases, a status and the two texts of a diff stay far below this. */
const MAX_ANSWER = 1024 * 1024;

interface Answers {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly sections: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads what the probe printed:
 *
 *     hla:architecture x86_64
 *     hla:section digests
 *     5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03  /etc/homelab-agent/config.yaml
 *     hla:end ok
 *
 * A server is not trusted: the answer is bounded, and every step below takes time linear in it.
 *
 * @throws {Error} for a longer answer, and where the last line is missing: half an answer would plan half a change
 */
export function parseFacts(text: string): Facts {
  if (text.length > MAX_ANSWER) {
    throw new Error(
      `Expected at most ${MAX_ANSWER} characters from the probe, found ${text.length}`,
    );
  }
  const answers = split(text);
  const one = (name: string): string => answers.values.get(name)?.[0] ?? '';
  if (one('end') !== 'ok') throw new Error('Expected the whole answer of the probe, found a part');
  const stat = parseStat(answers.sections.get('stat') ?? []);
  const digests = parseDigests(answers.sections.get('digests') ?? []);
  const service = parseService(answers.sections.get('unit') ?? []);
  const node = stat.get(`${layout.current}/node`)?.target;
  return {
    uid: Number(one('uid')),
    architecture: one('architecture'),
    bits: one('bits') === '' ? null : Number(one('bits')),
    libc: one('libc') === '' ? null : one('libc'),
    init: one('init'),
    hostname: one('hostname'),
    time: Number(one('time')),
    missing: answers.values.get('missing') ?? [],
    space: parseSpace(answers.sections.get('space') ?? []),
    current: releaseOf(stat.get(layout.current)?.target),
    previous: releaseOf(stat.get(layout.previous)?.target),
    currentRuntime: node === undefined ? null : runtimeOf(node),
    nodeRunnable: one('node') === 'runnable',
    intact: one('intact') === 'yes',
    activating: one('activating') === 'yes',
    receiving: one('receiving') === 'yes',
    releases: [...digests].flatMap(([path, sumsSha256]) => {
      const name = /^\/opt\/homelab-agent\/releases\/([^/]+)\/SHA256SUMS$/.exec(path)?.[1];
      return name === undefined ? [] : [{ name, sumsSha256 }];
    }),
    runtimes: (answers.values.get('runtime') ?? []).map(path => runtimeOf(path)),
    config: fileFact(layout.config, stat, digests),
    unit: fileFact(layout.unit, stat, digests),
    service,
    status: parseAgentStatus(one('status')),
    formerAgent: formerAgent(one('python'), service.execStart),
    texts: {
      config: decode(answers.sections.get(`text:${layout.config}`)),
      unit: decode(answers.sections.get(`text:${layout.unit}`)),
    },
  };
}

function split(text: string): Answers {
  const values = new Map<string, string[]>();
  const sections = new Map<string, string[]>();
  let section: string[] | undefined;
  for (const line of text.split('\n')) {
    const [, name, value] = /^hla:(\S+) (.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      section?.push(line);
    } else if (name === 'section') {
      section = [];
      sections.set(value, section);
    } else {
      section = undefined;
      const earlier = values.get(name);
      if (earlier === undefined) values.set(name, [value]);
      else earlier.push(value);
    }
  }
  return { values, sections };
}

interface Stat {
  readonly mode: string;
  readonly owner: string;
  readonly target: string | undefined;
}

/** `stat -c "%n|%a|%U:%G|%N"`: `/opt/homelab-agent/current|777|root:root|'/opt/homelab-agent/current' -> 'releases/0.1.0-ab12cd34'` */
function parseStat(lines: readonly string[]): Map<string, Stat> {
  const stats = new Map<string, Stat>();
  for (const line of lines) {
    const [path, mode, owner, name = ''] = line.split('|');
    if (path === undefined || mode === undefined || owner === undefined) continue;
    const arrow = name.indexOf(" -> '");
    const target = arrow >= 0 && name.endsWith("'") ? name.slice(arrow + 5, -1) : undefined;
    stats.set(path, { mode, owner, target });
  }
  return stats;
}

function parseDigests(lines: readonly string[]): Map<string, string> {
  const digests = new Map<string, string>();
  for (const line of lines) {
    const [, sha256, path] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (sha256 !== undefined && path !== undefined) digests.set(path, sha256);
  }
  return digests;
}

/**
 *     Filesystem     1024-blocks    Used Available Capacity Mounted on
 *     /dev/sda1         61611820 7912345  50539468      14% /
 */
function parseSpace(lines: readonly string[]): Facts['space'] {
  const rows = lines.slice(1).flatMap((line): SpaceFact[] => {
    // From the right, as a name may hold spaces: the mount is a directory of one word here.
    const fields = line.trim().split(/\s+/);
    const freeKiB = Number(fields.at(-3));
    if (fields.length < 6 || !Number.isSafeInteger(freeKiB)) return [];
    return [{ filesystem: fields.slice(0, -5).join(' '), freeKiB }];
  });
  return { install: rows[0] ?? null, temporary: rows[1] ?? null };
}

/** `systemctl show`: one `Name=value` line a property. */
function parseService(lines: readonly string[]): ServiceFact {
  const properties = new Map(
    lines.map(line => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  return {
    active: properties.get('ActiveState') ?? 'unknown',
    enabled: properties.get('UnitFileState') ?? '',
    mainPid: Number(properties.get('MainPID') ?? 0),
    restarts: Number(properties.get('NRestarts') ?? 0),
    needsReload: properties.get('NeedDaemonReload') === 'yes',
    execStart: properties.get('ExecStart') ?? '',
  };
}

/**
 * What another agent's service runs, if there is one under our name: its script, or the unit's command.
 *
 *     ExecStart={ path=/usr/bin/python3 ; argv[]=/usr/bin/python3 /opt/homelab-agent/homelab-agent.py ; ignore_errors=no ; … }
 */
function formerAgent(script: string, execStart: string): string | null {
  if (script !== '') return script;
  if (execStart === '' || execStart.includes(layout.current)) return null;
  const from = execStart.indexOf('argv[]=');
  const to = execStart.indexOf(' ;', from);
  return from >= 0 && to >= 0 ? execStart.slice(from + 'argv[]='.length, to) : execStart;
}

function fileFact(
  path: string,
  stat: ReadonlyMap<string, Stat>,
  digests: ReadonlyMap<string, string>,
): FileFact | null {
  const [entry, sha256] = [stat.get(path), digests.get(path)];
  if (entry === undefined || sha256 === undefined) return null;
  return { sha256, mode: entry.mode, owner: entry.owner };
}

function releaseOf(target: string | undefined): string | null {
  return /^(?:\/opt\/homelab-agent\/)?releases\/([^/]+)\/?$/.exec(target ?? '')?.[1] ?? null;
}

function runtimeOf(target: string): string {
  return /runtime\/([^/]+)\/bin\/node$/.exec(target)?.[1] ?? 'system';
}

function decode(lines: readonly string[] | undefined): string | null {
  return lines === undefined ? null : Buffer.from(lines.join(''), 'base64').toString('utf8');
}
