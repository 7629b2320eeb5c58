import { connect, createServer, type Server, type Socket } from 'node:net';

export interface CuttingProxyOptions {
  listen: { host: string; port: number };
  to: { host: string; port: number };
  /** Both ends are reset when this many bytes have passed towards the server; without it, never. */
  cutAfter?: number;
  /** How many connections are cut, the first ones; without it, all. */
  times?: number;
  /** Every packet waits this long, in both directions. */
  delayMs?: number;
}

/** A TCP proxy that breaks connections at a chosen byte, as a bad cable or a router that forgets does. */
export async function startCuttingProxy(options: CuttingProxyOptions): Promise<Server> {
  let cuts = options.times ?? Number.POSITIVE_INFINITY;
  // Half-open: a client that has sent everything still waits for the answer.
  const server = createServer({ allowHalfOpen: true }, client => {
    const limit = cuts > 0 ? options.cutAfter : undefined;
    const upstream = connect({ ...options.to, allowHalfOpen: true });
    join(client, upstream, { limit, delayMs: options.delayMs ?? 0 }, () => {
      cuts -= 1;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.listen.port, options.listen.host, resolve);
  });
  return server;
}

function join(
  client: Socket,
  upstream: Socket,
  { limit, delayMs }: { limit: number | undefined; delayMs: number },
  cut: () => void,
): void {
  let passed = 0;
  client.on('data', (chunk: Buffer) => {
    const room = limit === undefined ? chunk.length : limit - passed;
    // Cut already; what still comes is lost.
    if (room <= 0) return;
    passed += chunk.length;
    if (limit === undefined || chunk.length < room) {
      later(delayMs, () => upstream.write(chunk));
      return;
    }
    cut();
    upstream.write(chunk.subarray(0, room), () => {
      upstream.resetAndDestroy();
      client.resetAndDestroy();
    });
  });
  upstream.on('data', chunk => later(delayMs, () => client.write(chunk)));
  client.on('end', () => later(delayMs, () => upstream.end()));
  upstream.on('end', () => later(delayMs, () => client.end()));
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => later(delayMs, () => other.destroy()));
  }
}

/** Timers of one length end in the order in which they were set, so packets stay in theirs. */
function later(delayMs: number, what: () => void): void {
  if (delayMs === 0) what();
  else setTimeout(what, delayMs);
}
