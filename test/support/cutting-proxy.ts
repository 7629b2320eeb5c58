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
  /** What passes in a second, in each direction; without it, as much as comes. */
  bytesPerSecond?: number;
}

/** A TCP proxy that breaks connections at a chosen byte, as a bad cable or a router that forgets does. */
export async function startCuttingProxy(options: CuttingProxyOptions): Promise<Server> {
  let cuts = options.times ?? Number.POSITIVE_INFINITY;
  // Half-open: a client that has sent everything still waits for the answer.
  const server = createServer({ allowHalfOpen: true }, client => {
    const limit = cuts > 0 ? options.cutAfter : undefined;
    const upstream = connect({ ...options.to, allowHalfOpen: true });
    const { delayMs = 0, bytesPerSecond = Number.POSITIVE_INFINITY } = options;
    join(client, upstream, { limit, delayMs, bytesPerSecond }, () => {
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
  {
    limit,
    delayMs,
    bytesPerSecond,
  }: { limit: number | undefined; delayMs: number; bytesPerSecond: number },
  cut: () => void,
): void {
  let passed = 0;
  const up = new Link(delayMs, bytesPerSecond);
  const down = new Link(delayMs, bytesPerSecond);
  client.on('data', (chunk: Buffer) => {
    const room = limit === undefined ? chunk.length : limit - passed;
    // Cut already; what still comes is lost.
    if (room <= 0) return;
    passed += chunk.length;
    if (limit === undefined || chunk.length < room) {
      up.carry(client, chunk.length, () => upstream.write(chunk));
      return;
    }
    cut();
    upstream.write(chunk.subarray(0, room), () => {
      upstream.resetAndDestroy();
      client.resetAndDestroy();
    });
  });
  upstream.on('data', (chunk: Buffer) => {
    down.carry(upstream, chunk.length, () => client.write(chunk));
  });
  client.on('end', () => up.after(() => upstream.end()));
  upstream.on('end', () => down.after(() => client.end()));
  for (const [one, other, link] of [
    [client, upstream, up],
    [upstream, client, down],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => link.after(() => other.destroy()));
  }
}

/** The most that waits in a link before its source has to wait, in milliseconds, as in a modem. */
const QUEUE_MS = 500;

/** One direction of a slow cable: one packet after the other. */
class Link {
  readonly #delayMs: number;
  readonly #bytesPerSecond: number;
  readonly #waiting: (() => void)[] = [];
  /** When the last packet has been sent. */
  #free = 0;

  constructor(delayMs: number, bytesPerSecond: number) {
    this.#delayMs = delayMs;
    this.#bytesPerSecond = bytesPerSecond;
  }

  carry(source: Socket, bytes: number, deliver: () => void): void {
    const now = performance.now();
    this.#free = Math.max(now, this.#free) + (bytes / this.#bytesPerSecond) * 1000;
    const wait = this.#free - now;
    this.after(deliver);
    if (wait < QUEUE_MS) return;
    source.pause();
    setTimeout(() => source.resume(), wait - QUEUE_MS / 2);
  }

  /** Once everything before it has arrived. */
  after(what: () => void): void {
    const wait = Math.max(0, this.#free - performance.now()) + this.#delayMs;
    if (wait === 0 && this.#waiting.length === 0) {
      what();
      return;
    }
    // Timers that end together may do so in any order, packets must not.
    this.#waiting.push(what);
    setTimeout(() => this.#waiting.shift()?.(), wait);
  }
}
