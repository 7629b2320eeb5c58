import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import { readYaml } from '../config/read-yaml.ts';
import { type Config, keys } from '../contract/keys.ts';

/** What the configuration of an earlier agent says of who this server is. */
export interface OldIdentity {
  readonly guid: string | undefined;
  /** Another for each takeover, though the same agent may be taken over again. */
  readonly mark: string;
}

type Warn = (message: string) => void;

/** The installer copies the configuration of the agent that it takes over to `config.yaml.before`. */
export async function takenOverIdentity(
  configFile: string,
  config: Pick<Config, 'server_id'>,
  warn: Warn,
): Promise<OldIdentity | undefined> {
  const file = `${configFile}.before`;
  try {
    const { mtimeNs } = await stat(file, { bigint: true });
    const text = await readFile(file, 'utf8');
    const mark = createHash('sha256').update(`${mtimeNs} ${text}`).digest('hex').slice(0, 16);
    return { guid: guidIn(text, config), mark };
  } catch (error) {
    tellUnreadable(file, error, warn);
    return undefined;
  }
}

/** The server_guid in another earlier configuration beside this one: `config.yaml.<anything>`. */
export async function otherGuid(
  configFile: string,
  config: Pick<Config, 'server_id'>,
  warn: Warn,
): Promise<string | undefined> {
  const directory = dirname(configFile);
  const names = await readdir(directory).catch(error => tellUnreadable(directory, error, warn));
  const prefix = `${basename(configFile)}.`;
  for (const name of names?.filter(name => name.startsWith(prefix)).sort() ?? []) {
    const file = join(directory, name);
    try {
      const guid = guidIn(await readFile(file, 'utf8'), config);
      if (guid !== undefined) return guid;
    } catch (error) {
      tellUnreadable(file, error, warn);
    }
  }
  return undefined;
}

/** The GUID in a configuration of this server_id, or of none, whatever state the rest of it is in. */
function guidIn(text: string, { server_id }: Pick<Config, 'server_id'>): string | undefined {
  const old = identityIn(text);
  if (old.server_id !== undefined && old.server_id !== server_id) return undefined;
  const guid = old.server_guid?.toLowerCase();
  return guid !== undefined && keys.server_guid.pattern.test(guid) ? guid : undefined;
}

function identityIn(text: string): { server_id?: string; server_guid?: string } {
  const names = ['server_id', 'server_guid'] as const;
  let values: Readonly<Record<string, unknown>> = {};
  try {
    ({ values } = readYaml(text, '', names));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // A key that is set twice, a line that was cut off: each line still says what it says.
    values = Object.fromEntries(names.map(name => [name, lineOf(text, name)]));
  }
  const entries = names.map(name => [name, values[name]]);
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string'));
}

/** The last line that sets a key to a plain word, as Python reads the last of several. */
function lineOf(text: string, name: string): string | undefined {
  const line = new RegExp(`^[\\s\\ufeff{,]*["']?${name}["']?\\s*:\\s*["']?([\\w-]+)`, 'gm');
  return [...text.matchAll(line)].at(-1)?.[1];
}

/** A file that cannot be read may have held the identity. */
function tellUnreadable(path: string, error: unknown, warn: Warn): void {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return;
  warn(`${path}: ${code ?? error} (looked into for an earlier server_guid)`);
}
