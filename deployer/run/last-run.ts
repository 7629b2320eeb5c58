import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Context } from '../context.ts';
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
export async function rememberRun(context: Context, run: LastRun): Promise<void> {
  try {
    await store(lastRunFile(context), `${JSON.stringify(run, null, 2)}\n`);
  } catch (error) {
    context.stderr.write(`Warning: Cannot remember this run for --failed: ${String(error)}\n`);
  }
}

/** The servers that failed in the last push of this inventory. Throws UserError if there was no such push. */
export async function failedHosts(context: Context, inventory: string): Promise<string[]> {
  const file = lastRunFile(context);
  let run: LastRun;
  try {
    run = LastRun.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new UserError(
      `Expected a finished push in ${file}, found none: run "homelab-deploy push --all" first`,
      {
        cause,
      },
    );
  }
  if (run.inventory !== inventory) {
    throw new UserError(
      `Expected the last push to be of ${inventory}, found that it was of ${run.inventory}: nothing was touched`,
    );
  }
  return run.hosts.filter(({ outcome }) => TROUBLE.has(outcome)).map(({ host }) => host);
}

function lastRunFile(context: Pick<Context, 'env' | 'home'>): string {
  return join(stateDirectory(context), 'last-run.json');
}
