import type { ExecResult, Target, Transport } from '../remote/transport/transport.ts';
import { pool } from './pool.ts';
import { type Trouble, troubleOf } from './trouble.ts';

/** What a command gave on one server, or why it could not be run there. */
export type Reply =
  | ({ readonly kind: 'reply'; readonly host: string } & ExecResult)
  | ({ readonly kind: 'trouble'; readonly host: string } & Trouble);

/** Runs a command that only reads, as root, on several servers. Throws the signal's reason when interrupted. */
export async function askEach(
  targets: readonly Target[],
  transport: Transport,
  command: string,
  { forks, signal }: { forks: number; signal: AbortSignal },
): Promise<Reply[]> {
  const replies = await pool(targets, forks, async (target): Promise<Reply> => {
    const host = target.name;
    try {
      const connection = await transport.connect(target, signal);
      try {
        const result = await connection.exec(command, { sudo: true, timeoutMs: 60_000, signal });
        return { kind: 'reply', host, ...result };
      } finally {
        await connection.close();
      }
    } catch (error) {
      signal.throwIfAborted();
      return { kind: 'trouble', host, ...troubleOf(error) };
    }
  });
  return replies.flatMap(reply => reply ?? []);
}
