import type { Facts } from '../remote/facts/facts.ts';
import type { Target, Transport } from '../remote/transport/transport.ts';
import { pool } from './pool.ts';
import { probeHost } from './probe-host.ts';
import { troubleOf } from './trouble.ts';

/** What a server answered, or why it did not. */
export type Answer =
  | { readonly kind: 'facts'; readonly host: string; readonly facts: Facts }
  | {
      readonly kind: 'trouble';
      readonly host: string;
      readonly outcome: 'unreachable' | 'failed';
      readonly reason: string;
    };

/** Asks servers for their facts side by side; writes nothing anywhere. Throws the signal's reason when interrupted. */
export async function askHosts(
  targets: readonly Target[],
  transport: Transport,
  { forks, signal }: { forks: number; signal: AbortSignal },
): Promise<Answer[]> {
  const answers = await pool(targets, forks, target => ask(target, transport, signal));
  return answers.flatMap(answer => answer ?? []);
}

async function ask(target: Target, transport: Transport, signal: AbortSignal): Promise<Answer> {
  const host = target.name;
  try {
    const { connection, facts } = await probeHost(transport, target, { texts: false, signal });
    await connection.close();
    return { kind: 'facts', host, facts };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'trouble', host, ...troubleOf(error) };
  }
}
