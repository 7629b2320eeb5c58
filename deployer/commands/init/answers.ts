import { keys } from '../../../agent/contract/keys.ts';
import { toServerId } from '../../../agent/contract/server-id.ts';
import { parseAddress } from '../../inventory/hosts/address.ts';
import { expandHostKey } from '../../inventory/hosts/range.ts';

/** A server of the new inventory. */
export interface ChosenHost {
  readonly name: string;
  /** Where OpenSSH does not know it by its name. */
  readonly address?: string | undefined;
  readonly port?: number | undefined;
}

/** How the servers authenticate with the hub: `key` as the lines of its envelope. */
export type ChosenCredential =
  /** The hub's key goes to every server. */
  | { readonly kind: 'key'; readonly key: readonly string[] }
  /** It stays here, and `enroll` gives each server a token. */
  | { readonly kind: 'tokens'; readonly key: readonly string[] }
  | { readonly kind: 'none' };

/** Everything that a new inventory is made of. */
export interface Answers {
  readonly hubUrl: string;
  /** The hub's private authority, in a file of this machine. */
  readonly hubCaFile?: string | undefined;
  readonly credential: ChosenCredential;
  /** Undefined: OpenSSH decides. */
  readonly user?: string | undefined;
  readonly hosts: readonly ChosenHost[];
  readonly groups: Groups;
}

/** Names of hosts by the name of their group. */
export type Groups = ReadonlyMap<string, readonly string[]>;

// Each of the following throws a RangeError that says what was expected.

export function parseHubUrl(text: string): string {
  const url = /^[\w.-]+(:\d+)?$/.test(text) ? `http://${text}` : text;
  if (keys.hub_url.pattern.test(url)) return url.replace(/\/+$/, '');
  throw new RangeError(`Expected ${keys.hub_url.expected}, found ${JSON.stringify(text)}`);
}

export function parseApiKey(text: string): string {
  if (keys.api_key.pattern.test(text)) return text;
  throw new RangeError(`Expected ${keys.api_key.expected}, found something else (not shown)`);
}

export function parseUser(text: string): string {
  if (/^[a-z_][\w.-]*$/i.test(text)) return text;
  throw new RangeError(`Expected the name of a user, found ${JSON.stringify(text)}`);
}

/** `nas-1`, `nas-[1:3]`, `nas-1=192.168.1.10`, `nas-1:2222`. */
export function parseHosts(word: string): ChosenHost[] {
  const [name = '', address, ...more] = word.split('=');
  const hosts = parseAddress(name) === undefined ? undefined : expandHostKey(name);
  const at = address === undefined ? undefined : parseAddress(address);
  const isWrong = more.length > 0 || (address !== undefined && at === undefined);
  if (hosts === undefined || isWrong || hosts.names.some(each => toServerId(each) === '')) {
    throw new RangeError(`Expected NAME or NAME=ADDRESS, found ${JSON.stringify(word)}`);
  }
  if (address !== undefined && hosts.names.length > 1) {
    throw new RangeError(`Expected one server for the address ${address}, found ${name}`);
  }
  const port = at?.port ?? hosts.port;
  return hosts.names.map(each => ({ name: each, address: at?.host, port }));
}

/** Each name once; the hub would take two servers with one id for one. */
export function refuseTwins(hosts: readonly ChosenHost[]): ChosenHost[] {
  const byName = new Map(hosts.map(host => [host.name, host]));
  const byId = Map.groupBy(byName.keys(), toServerId);
  for (const [id, [one, other]] of byId) {
    if (other === undefined) continue;
    throw new RangeError(
      `Expected names that differ on the hub, found ${one} and ${other}, which are both ${id} there`,
    );
  }
  return [...byName.values()];
}

/** `nas=nas-1,nas-2 pi=pi-1`; `hosts` are those of the inventory. */
export function parseGroups(words: readonly string[], hosts: readonly ChosenHost[]): Groups {
  const known = hosts.map(({ name }) => name);
  const groups = new Map<string, string[]>();
  for (const word of words) {
    const [, group, list] = /^([^=]+)=(.+)$/.exec(word) ?? [];
    if (group === undefined || list === undefined) {
      throw new RangeError(`Expected GROUP=HOST,HOST, found ${JSON.stringify(word)}`);
    }
    if (!/^[A-Za-z_]\w*$/.test(group) || group === 'all' || group === 'ungrouped') {
      throw new RangeError(`Expected a group's name of letters, digits and _, found ${group}`);
    }
    if (known.includes(group)) {
      throw new RangeError(`Expected a group's name that no host has, found ${group}`);
    }
    const members = list.split(',');
    const stranger = members.find(member => !known.includes(member));
    if (stranger !== undefined) {
      throw new RangeError(`Expected one of the hosts ${known.join(', ')}, found ${stranger}`);
    }
    groups.set(group, [...new Set([...(groups.get(group) ?? []), ...members])]);
  }
  return groups;
}

/** What the names suggest: nas-1 and nas-2 are in a group nas. */
export function groupsByName(hosts: readonly ChosenHost[]): Groups {
  const names = hosts.map(({ name }) => name);
  const groups = Map.groupBy(names, name => {
    const kind = /^([A-Za-z][\w-]*?)-?\d+$/.exec(name)?.[1]?.replaceAll('-', '_') ?? '';
    return ['', 'all', 'ungrouped', ...names].includes(kind) ? '' : kind;
  });
  groups.delete('');
  return groups;
}

/** As `parseGroups` reads it. */
export function showGroups(groups: Groups): string {
  return [...groups].map(([name, hosts]) => `${name}=${hosts.join(',')}`).join(' ');
}
