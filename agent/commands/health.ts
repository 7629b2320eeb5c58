import { readFile } from 'node:fs/promises';
import type { AgentContext, CommandOptions } from '../context.ts';
import { Status } from '../contract/status.ts';
import { healthOf } from '../status/health.ts';

/** Says in one line whether beats arrive: 0 where the last one did within 2.5 intervals, else 1. */
export async function health({ places }: CommandOptions, context: AgentContext): Promise<number> {
  const { healthy, words } = await judge(places.statusFile, context.clock.now());
  context[healthy ? 'stdout' : 'stderr'].write(`${words}\n`);
  return healthy ? 0 : 1;
}

async function judge(file: string, now: Date): Promise<{ healthy: boolean; words: string }> {
  try {
    return healthOf(Status.parse(JSON.parse(await readFile(file, 'utf8'))), now);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const words =
      code === 'ENOENT'
        ? `No agent is running here: wanted ${file}, found no such file`
        : `Cannot read ${file}: ${code ?? 'it is not a status'}`;
    return { healthy: false, words };
  }
}
