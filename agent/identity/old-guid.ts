import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import { normalizeLegacy } from '../config/normalize-legacy.ts';
import { readYaml } from '../config/read-yaml.ts';
import { type Config, keys } from '../contract/keys.ts';

/**
 * The server_guid in a configuration that was there before this one: whoever replaces a file beside `configFile` keeps
 * the old one as `config.yaml.<anything>`. It must be of the same server_id; what else is in the file does not matter.
 * A file that cannot be read may have held the identity, so `warn` is told of it.
 */
export async function oldGuid(
  configFile: string,
  config: Pick<Config, 'server_id'>,
  warn: (message: string) => void,
): Promise<string | undefined> {
  const directory = dirname(configFile);
  const names = await readdir(directory).catch(error => tellUnreadable(directory, error, warn));
  for (const name of names?.filter(name => name.startsWith('config.yaml.')).sort() ?? []) {
    const file = join(directory, name);
    try {
      const { server_id, server_guid } = identityIn(await readFile(file, 'utf8'), file);
      if (server_id !== config.server_id || typeof server_guid !== 'string') continue;
      if (keys.server_guid.pattern.test(server_guid)) return server_guid;
    } catch (error) {
      tellUnreadable(file, error, warn);
    }
  }
  return undefined;
}

function identityIn(text: string, file: string): Record<string, unknown> {
  return normalizeLegacy(readYaml(text, file, ['server_id', 'server_guid']).values).values;
}

function tellUnreadable(path: string, error: unknown, warn: (message: string) => void): void {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return;
  const reason = error instanceof ConfigError ? error.problems[0] : `${path}: ${code ?? error}`;
  warn(`${reason} (looked into for an earlier server_guid)`);
}
