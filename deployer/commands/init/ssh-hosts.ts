import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { expandHome } from '../../inventory/expand-home.ts';
import { compilePattern } from '../../inventory/patterns/glob.ts';

/** What one file of OpenSSH's configuration names. */
interface Named {
  readonly hosts: readonly string[];
  /** As they are written: `config.d/*`. */
  readonly includes: readonly string[];
}

/**
 * The servers that an OpenSSH configuration names, without patterns and what only git logs in to:
 *
 *     Include config.d/*
 *     Host nas-1 nas-2
 *       User admin
 *     Host github.com
 *       User git
 *     Host *.lan !gate
 */
export function parseSshHosts(text: string): Named {
  const hosts: string[] = [];
  const includes: string[] = [];
  let section: string[] = [];
  const end = (): void => {
    hosts.push(...section);
    section = [];
  };
  for (const line of text.split(/\r?\n/)) {
    const [, key = '', rest = ''] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line) ?? [];
    const words = rest.match(/"[^"]*"|[^\s"]+/g)?.map(word => word.replaceAll('"', '')) ?? [];
    const keyword = key.toLowerCase();
    if (keyword === 'host' || keyword === 'match') end();
    if (keyword === 'host') section = words.filter(word => /^[\w.-]+$/.test(word));
    if (keyword === 'include') includes.push(...words);
    if (keyword === 'user' && words[0] === 'git') section = [];
  }
  end();
  return { hosts: [...new Set(hosts)], includes };
}

/** How deep OpenSSH follows Include. */
const DEEPEST = 16;

/** The same of ~/.ssh/config and what it includes; a file that cannot be read names nothing. */
export async function sshHosts(home: string): Promise<string[]> {
  return [...new Set(await hostsIn(join(home, '.ssh/config'), home, 0))];
}

async function hostsIn(file: string, home: string, depth: number): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const { hosts, includes } = parseSshHosts(text);
  if (depth === DEEPEST) return [...hosts];
  const paths = includes.map(path => resolve(join(home, '.ssh'), expandHome(path, home)));
  const files = (await Promise.all(paths.map(matching))).flat();
  const included = await Promise.all(files.map(each => hostsIn(each, home, depth + 1)));
  return [...included.flat(), ...hosts];
}

/** The files that a path with a pattern in its last part names. */
async function matching(path: string): Promise<string[]> {
  if (!/[*?]/.test(basename(path))) return [path];
  const fits = compilePattern(basename(path));
  const names = await readdir(dirname(path)).catch(() => []);
  return names.filter(fits).map(name => join(dirname(path), name));
}
