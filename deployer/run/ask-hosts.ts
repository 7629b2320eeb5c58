import { pool } from '../lib/concurrency.ts';
import type { Connection, Target, Transport } from '../ssh/transport.ts';
import { classifyHostError, type HostError, type RecordFault } from './classify-host-error.ts';

/** How servers are reached, and how many at a time. */
export interface HostAccess {
  readonly transport: Transport;
  readonly forks: number;
  readonly signal: AbortSignal;
  readonly recordFault: RecordFault;
}

/** What came of a server, or why nothing did. */
export type HostAnswer<T> =
  | { readonly kind: 'answer'; readonly host: string; readonly value: T }
  | ({ readonly kind: 'error'; readonly host: string; readonly error: unknown } & HostError);

/** Connects, works, closes and classifies what went wrong, on several servers side by side. Throws the signal's reason. */
export async function askHosts<T>(
  targets: readonly Target[],
  access: HostAccess,
  work: (connection: Connection) => Promise<T>,
): Promise<HostAnswer<T>[]> {
  const answers = await pool(targets, access.forks, target => askHost(target, access, work));
  return answers.flatMap(answer => answer ?? []);
}

/** The same for one server. */
export async function askHost<T>(
  target: Target,
  { transport, signal, recordFault }: Omit<HostAccess, 'forks'>,
  work: (connection: Connection) => Promise<T>,
): Promise<HostAnswer<T>> {
  const host = target.name;
  try {
    const connection = await transport.connect(target, signal);
    try {
      return { kind: 'answer', host, value: await work(connection) };
    } finally {
      await connection.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'error', host, error, ...classifyHostError(host, error, recordFault) };
  }
}
