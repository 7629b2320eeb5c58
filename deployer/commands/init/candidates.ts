import { toServerId } from '../../../agent/contract/server-id.ts';
import type { HubServer } from '../../hub/ask-hub.ts';
import { parseAddress } from '../../inventory/hosts/address.ts';
import { type ChosenHost, parseHosts, refuseTwins } from './answers.ts';

/** A server that may be meant, and who knows it. */
export interface Candidate extends ChosenHost {
  readonly from: readonly string[];
}

/**
 * The servers that OpenSSH's configuration and the hub know, each once. What the hub says is data: a name that is no
 * server_id, or an address that is none, is left out.
 */
export function candidates(ssh: readonly string[], hub: readonly HubServer[]): Candidate[] {
  const known = new Map<string, Candidate>();
  for (const name of ssh) {
    if (toServerId(name) !== '') known.set(toServerId(name), { name, from: ['~/.ssh/config'] });
  }
  for (const { id, hostname, is_inactive } of hub) {
    if (is_inactive || id === '' || toServerId(id) !== id) continue;
    const there = known.get(id);
    if (there !== undefined) {
      known.set(id, { ...there, from: [...there.from, 'the hub'] });
      continue;
    }
    const differs = hostname != null && hostname !== id && /^[\w.-]+$/.test(hostname);
    const address = differs ? parseAddress(hostname)?.host : undefined;
    known.set(id, { name: id, address, from: ['the hub'] });
  }
  return [...known.values()];
}

/** `  1  nas-1  ~/.ssh/config, the hub`, a line each. */
export function showCandidates(all: readonly Candidate[]): string {
  const wide = Math.max(...all.map(({ name }) => name.length));
  const lines = all.map(
    ({ name, from }, at) =>
      `${String(at + 1).padStart(4)}  ${name.padEnd(wide)}  ${from.join(', ')}`,
  );
  return `${lines.join('\n')}\n`;
}

/**
 * The servers that a line names: numbers of the list (`2`, `4-6`), `all`, names with or without an address. Throws
 * RangeError when it names none, or something else.
 */
export function chooseFrom(all: readonly Candidate[], line: string): ChosenHost[] {
  const words = line.split(/[\s,]+/).filter(word => word !== '');
  const hosts = words.flatMap((word): ChosenHost[] => {
    const [, from = '', to = from] = /^(\d+)(?:-(\d+))?$/.exec(word) ?? [];
    if (from !== '') return numbered(all, Number(from), Number(to), word);
    if (word === 'all' && all.length > 0) return all.map(plain);
    const known = all.find(({ name }) => name === word);
    return known === undefined ? parseHosts(word) : [plain(known)];
  });
  if (hosts.length === 0) throw new RangeError('Expected at least one server, found none');
  return refuseTwins(hosts);
}

function numbered(all: readonly Candidate[], from: number, to: number, word: string): ChosenHost[] {
  if (from >= 1 && from <= to && to <= all.length) return all.slice(from - 1, to).map(plain);
  throw new RangeError(`Expected numbers from 1 to ${all.length}, or names, found ${word}`);
}

function plain({ name, address, port }: Candidate): ChosenHost {
  return { name, address, port };
}
