import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Config } from '../config/schema.ts';
import { writeWhole } from '../write-whole.ts';
import { deriveGuid } from './derive-guid.ts';

/** What is kept of who this server is. The GUID never follows a change of server_id: the hub would file its figures where no page shows them. */
const Kept = z.object({
  server_guid: z
    .string()
    .check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)),
  server_id: z.string(),
});

const fileName = 'identity.json';

/**
 * The server_guid to beat with: the configuration's; else the one kept for this server_id; else the one that a Python
 * agent's configuration had; else one derived from server_id.
 */
export async function findGuid(
  config: Pick<Config, 'server_id' | 'server_guid'>,
  stateDirectory: string,
  old: () => Promise<string | undefined>,
): Promise<string> {
  if (config.server_guid !== undefined) return config.server_guid;
  const kept = await readKept(stateDirectory);
  if (kept?.server_id === config.server_id) return kept.server_guid;
  return (await old()) ?? deriveGuid(config.server_id);
}

/** Keeps the GUID for the next start. Trouble with it is only told, in the words that come back: the beat needs no disk. */
export async function keepGuid(
  config: Pick<Config, 'server_id'>,
  guid: string,
  stateDirectory: string,
): Promise<string | undefined> {
  const kept = await readKept(stateDirectory);
  if (kept?.server_guid === guid && kept.server_id === config.server_id) return undefined;
  const text = `${JSON.stringify({ server_guid: guid, server_id: config.server_id })}\n`;
  try {
    writeWhole(join(stateDirectory, fileName), text, { mode: 0o600, durable: true });
    return undefined;
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    return `${stateDirectory}: Cannot keep the server_guid here (${reason})`;
  }
}

async function readKept(directory: string): Promise<z.infer<typeof Kept> | undefined> {
  try {
    const kept: unknown = JSON.parse(await readFile(join(directory, fileName), 'utf8'));
    return Kept.parse(kept);
  } catch {
    // Not there, cut off by a power cut, or not ours: what follows in the order is as good.
    return undefined;
  }
}
