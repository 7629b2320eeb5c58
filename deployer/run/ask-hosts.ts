import { pool } from '../lib/concurrency.ts';
import type { Connection, Target, Transport } from '../ssh/transport.ts';
import { classifyHostError, type HostError, type RecordFault } from './classify-host-error.ts';

/** How a server is reached. */
export interface OneHostAccess {
  readonly transport: Transport;
  readonly recordFault: RecordFault;
  readonly signal?: AbortSignal | undefined;
}

/** How servers are reached, and how many at a time. */
export interface HostAccess extends OneHostAccess {
  readonly forks: number;
  readonly signal: AbortSignal;
}

/** What has to be known of a server to reach it. */
export interface Reachable {
  readonly target: Target;
}

/** The result for one server, or the reason why there is none. */
export type HostAnswer<T> =
  | { readonly kind: 'answer'; readonly host: string; readonly value: T }
  | ({ readonly kind: 'error'; readonly host: string; readonly error: unknown } & HostError);

/**
 * Connects, works, closes and classifies what went wrong, on several servers side by side. Throws the signal's reason.
 */
export async function askHosts<S extends Reachable, T>(
  servers: readonly S[],
  access: HostAccess,
  work: (connection: Connection, server: S) => Promise<T>,
): Promise<HostAnswer<T>[]> {
  const answers = await pool(servers, access.forks, server => askHost(server, access, work));
  return answers.flatMap(answer => answer ?? []);
}

/** The same for one server. */
export async function askHost<S extends Reachable, T>(
  server: S,
  { transport, signal, recordFault }: OneHostAccess,
  work: (connection: Connection, server: S) => Promise<T>,
): Promise<HostAnswer<T>> {
  const { target } = server;
  const host = target.name;
  try {
    const connection = await transport.connect(target, signal);
    try {
      return { kind: 'answer', host, value: await work(connection, server) };
    } finally {
      await connection.close();
    }
  } catch (error) {
    signal?.throwIfAborted();
    return { kind: 'error', host, error, ...classifyHostError(host, error, recordFault) };
  }
}
