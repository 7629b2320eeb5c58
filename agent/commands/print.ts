import type { AgentContext, CommandOptions } from '../context.ts';
import { singleBeat } from './single-beat.ts';

/** Prints one beat as the hub would get it, and sends nothing. There is no secret in a beat. */
export async function print(options: CommandOptions, context: AgentContext): Promise<number> {
  const { beat } = await singleBeat(options, context);
  context.stdout.write(`${JSON.stringify(beat, null, 2)}\n`);
  return 0;
}
