import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../contract/keys.ts';
import { writeWhole } from '../lib/write-whole.ts';
import { deriveGuid } from './derive-guid.ts';

/**
 * What is kept of who this server is. The GUID never follows a change of server_id: the hub would file its figures
 * where no page shows them.
 */
const Kept = z.object({
  server_guid: z
    .string()
    .check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)),
  server_id: z.string(),
  /** Of the machine that kept it, to notice a clone; older files have none. */
  machine: z.optional(z.string()),
});
type Kept = z.infer<typeof Kept>;

const fileName = 'identity.json';

/**
 * The server_guid to beat with: the configuration's; else the one kept for this server_id; else the one that a Python
 * agent's configuration had; else one derived from server_id.
 * Throws ConfigError when one may be kept but cannot be read: another would make a second server of this one.
 */
export async function findGuid(
  config: Pick<Config, 'server_id' | 'server_guid'>,
  stateDirectory: string,
  old: () => Promise<string | undefined>,
  warn: (message: string) => void,
): Promise<string> {
  if (config.server_guid !== undefined) return config.server_guid;
  const kept = await readKept(stateDirectory, warn);
  if (kept?.server_id === config.server_id) return kept.server_guid;
  return (await old()) ?? deriveGuid(config.server_id);
}

/**
 * Keeps the GUID for the next start, beside the hash of the machine-id. Trouble with it is only told, in the words that
 * come back: the beat needs no disk. Another machine than the one that kept it is told once, as the hub merges the
 * figures of two servers with one GUID without a word.
 */
export async function keepGuid(
  config: Pick<Config, 'server_id'>,
  guid: string,
  stateDirectory: string,
  machine: string | undefined,
): Promise<string[]> {
  const kept = await readKept(stateDirectory, () => {}).catch(refusal);
  if (kept instanceof ConfigError) return [...kept.problems];
  const same = kept?.server_guid === guid && kept.server_id === config.server_id;
  const before = same ? kept.machine : undefined;
  if (same && (machine === undefined || machine === before)) return [];
  const file = join(stateDirectory, fileName);
  const moved = before !== undefined && machine !== undefined;
  const warnings = moved ? [cloneWarning(file, config.server_id)] : [];
  const text = `${JSON.stringify({ server_guid: guid, server_id: config.server_id, machine })}\n`;
  try {
    writeWhole(file, text, { mode: 0o600, durable: true });
    return warnings;
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    return [...warnings, `${stateDirectory}: Cannot keep the server_guid here (${reason})`];
  }
}

function cloneWarning(file: string, serverId: string): string {
  return (
    `${file}: Kept on a machine with another /etc/machine-id. If this server is a clone, give it a server_id of its own ` +
    `(and no server_guid of the other's), as the hub treats both as ${serverId}; if it was reinstalled, nothing is to be done`
  );
}

function refusal(error: unknown): ConfigError {
  if (error instanceof ConfigError) return error;
  throw error;
}

/** Undefined if none is kept, which `warn` is told where something else stands in its place. */
async function readKept(
  directory: string,
  warn: (message: string) => void,
): Promise<Kept | undefined> {
  const file = join(directory, fileName);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const next = 'make it readable for homelab-agent, or set server_guid';
    throw new ConfigError([`${file}: Cannot read the server_guid kept here (${code}): ${next}`], {
      cause,
    });
  }
  try {
    return Kept.parse(JSON.parse(text));
  } catch {
    // Cut off by a power cut, or not ours: what follows in the order is as good.
    warn(`${file}: Expected the server_guid kept here, found something else`);
    return undefined;
  }
}
