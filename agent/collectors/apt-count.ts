import type { Package } from '../contract/heartbeat.ts';
import type { WarningCode } from '../contract/warnings.ts';
import type { Command } from '../host/command.ts';
import type { Host } from '../host/host.ts';
import * as lists from './apt-lists.ts';
import { isUnsure, markSecurity, parseSecuritySources } from './apt-policy.ts';
import { parse, simulation } from './apt-simulation.ts';

/** What is not right about a count, as a warning. */
export interface Flaw {
  readonly code: WarningCode;
  readonly text: string;
  readonly subject?: string;
}

export interface Count {
  /** Null where apt cannot know. */
  readonly packages: Package[] | null;
  readonly flaw: Flaw | null;
}

/** A Raspberry Pi with a slow card takes some 20 s. */
const timeoutMs = 60_000;

/**
 * Asks apt what it would install now. A count that leaves something out without a word is no count.
 *
 * Throws an Error when apt-get fails.
 */
export async function count(host: Host, command: Command): Promise<Count> {
  const hidden = lists.unreadable(host);
  if (hidden !== null) return withoutFile(`/${hidden}`);
  const { code, stdout, stderr } = await command.run('apt-get', simulation, { timeoutMs });
  // `W: Unable to read /etc/apt/preferences.d/x - open (13: Permission denied)`, and it ends with 0.
  const unread = /^W: Unable to read (\S.*?) - /m.exec(stderr)?.[1];
  if (unread !== undefined) return withoutFile(unread);
  if (code !== 0) {
    throw new Error(`Cannot count updates: apt-get ended with ${code}: ${firstLine(stderr)}`);
  }
  const packages = parse(stdout);
  if (packages.length === 0 && !lists.exist(host)) {
    const text = 'Updates are unknown, since there are no package lists: run apt-get update';
    return { packages: null, flaw: { code: 'apt-lists-missing', text } };
  }
  return await withSecurity(packages, command);
}

function withoutFile(path: string): Count {
  const text = `Updates are unknown, since the agent may not read ${path}: make it readable for all`;
  return { packages: null, flaw: { code: 'apt-file-unreadable', text, subject: path } };
}

/** The simulation names the sources of the newest version alone, and a fix may be in one between. */
async function withSecurity(packages: Package[], command: Command): Promise<Count> {
  const names = packages.filter(each => !each.is_security).map(({ name }) => name);
  if (names.length === 0) return { packages, flaw: null };
  const policy = async (of: string[]): Promise<string> => {
    const { code, stdout, stderr } = await command.run('apt-cache', ['policy', ...of], {
      timeoutMs,
    });
    if (code !== 0) throw new Error(`apt-cache ended with ${code}: ${firstLine(stderr)}`);
    return stdout;
  };
  try {
    const ofPackages = await policy(names);
    const sources = isUnsure(packages, ofPackages)
      ? parseSecuritySources(await policy([]))
      : new Set<string>();
    return { packages: markSecurity(packages, ofPackages, sources), flaw: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const text = `Security updates that a later version superseded are not counted as such: ${reason}`;
    return { packages, flaw: { code: 'security-updates-partial', text } };
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0]?.slice(0, 200) ?? '';
}
