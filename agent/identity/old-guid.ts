import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseConfig } from '../config/parse-config.ts';
import type { Config } from '../contract/keys.ts';

/**
 * The server_guid in a configuration that was there before this one: whoever replaces a file beside `configFile` keeps
 * the old one as `config.yaml.<anything>`. It must be of the same server_id.
 */
export async function oldGuid(
  configFile: string,
  config: Pick<Config, 'server_id'>,
): Promise<string | undefined> {
  const directory = dirname(configFile);
  const names = await readdir(directory).catch(() => []);
  for (const name of names.filter(name => name.startsWith('config.yaml.')).sort()) {
    try {
      const old = parseConfig(await readFile(join(directory, name), 'utf8'), name).config;
      if (old.server_id === config.server_id && old.server_guid !== undefined)
        return old.server_guid;
    } catch {
      // An old file that cannot be read or is wrong has nothing to say.
    }
  }
  return undefined;
}
