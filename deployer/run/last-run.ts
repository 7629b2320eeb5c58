import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Context } from '../context.ts';
import { sha256 } from '../lib/digest.ts';
import { UserError } from '../lib/errors.ts';
import { store } from '../lib/store.ts';
import { stateDirectory } from '../lib/xdg.ts';

const LastRun = z.object({
  /** The inventory's absolute path: a host's name belongs to one inventory. */
  inventory: z.string(),
  finished: z.iso.datetime(),
  hosts: z.array(z.object({ host: z.string(), outcome: z.string() })),
});
export type LastRun = z.infer<typeof LastRun>;

const TROUBLE = new Set(['failed', 'rolled-back', 'refused', 'unreachable', 'skipped']);

/** Records how a push ended, for `push --failed`. */
export async function rememberRun(
  context: Pick<Context, 'env' | 'home' | 'stderr'>,
  run: LastRun,
): Promise<void> {
  try {
    await store(lastRunFile(context, run.inventory), `${JSON.stringify(run, null, 2)}\n`);
  } catch (error) {
    context.stderr.write(`Warning: Cannot remember this run for --failed: ${String(error)}\n`);
  }
}

/** The servers that failed in the last push of this inventory. Throws UserError if there was no such push. */
export async function failedHosts(
  context: Pick<Context, 'env' | 'home'>,
  inventory: string,
): Promise<ReadonlySet<string>> {
  try {
    const text = await readFile(lastRunFile(context, inventory), 'utf8');
    const { hosts } = LastRun.parse(JSON.parse(text));
    const failed = hosts.filter(({ outcome }) => TROUBLE.has(outcome));
    return new Set(failed.map(({ host }) => host));
  } catch (cause) {
    throw new UserError(
      `Expected a finished push of ${inventory}, found none: run "homelab-deploy push --all" first`,
      { cause },
    );
  }
}

/** One for each inventory: a push of another one in between does not matter. */
function lastRunFile(context: Pick<Context, 'env' | 'home'>, inventory: string): string {
  const name = `${sha256(inventory).slice(0, 16)}.json`;
  return join(stateDirectory(context), 'last-runs', name);
}
