import { join } from 'node:path';
import * as z from 'zod/mini';
import { ConfigError } from '../config/config-error.ts';
import { readingFault, readOwn } from '../lib/read-own.ts';
import { writeWhole } from '../lib/write-whole.ts';

/**
 * Who this server is to the hub, kept once the hub has accepted a beat of it. The GUID never follows a change of
 * server_id: the hub would file its figures where no page shows them.
 */
export const Identity = z.object({
  server_guid: z
    .string()
    .check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)),
  server_id: z.string(),
  /** Of the machine that kept it, to notice a clone; older files have none. */
  machine: z.optional(z.string()),
  /** The mark of the last takeover since which a beat was accepted. */
  takeover: z.optional(z.string()),
  /** The release whose beat was accepted; the installer never removes the newest of these. */
  release: z.optional(z.string()),
});
export type Identity = z.infer<typeof Identity>;

export const identityFile = 'identity.json';

/**
 * Keeps the identity for the next start. A failure is only reported, by the returned text: the beat needs no
 * disk.
 */
export function keepIdentity(identity: Identity, stateDirectory: string): string | undefined {
  const file = join(stateDirectory, identityFile);
  const text = `${JSON.stringify(identity)}\n`;
  try {
    if (readOr(file) !== text) writeWhole(file, text, { mode: 0o600, durable: true });
    return undefined;
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    return `${stateDirectory}: Cannot keep the server_guid here (${reason})`;
  }
}

function readOr(file: string): string | undefined {
  try {
    return readOwn(file);
  } catch {
    // Whatever is there instead, writing says whether it can be replaced.
    return undefined;
  }
}

/** Undefined where none is kept, and `warn` gets a report if something else stands in its place. */
export function readKept(
  directory: string,
  warn: (message: string) => void,
  tolerant: boolean,
): Identity | undefined {
  const file = join(directory, identityFile);
  let text: string;
  try {
    text = readOwn(file);
  } catch (cause) {
    const fault = readingFault(cause);
    if (fault === 'ENOENT' || fault === 'ENOTDIR') return undefined;
    const next = 'make it readable for homelab-agent, or set server_guid';
    const problem = `${file}: Cannot read the server_guid kept here (${fault}): ${next}`;
    if (!tolerant) throw new ConfigError([problem], { cause });
    warn(problem);
    return undefined;
  }
  try {
    return Identity.parse(JSON.parse(text));
  } catch {
    // Cut off by a power cut, or not ours: what follows in the order is as good.
    warn(`${file}: Expected the server_guid kept here, found something else`);
    return undefined;
  }
}
