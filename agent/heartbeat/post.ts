import type { Socket } from 'node:net';
import { Client } from 'undici';
import type { Clock } from '../clock.ts';
import { within } from '../within.ts';
import type { Connect } from './address.ts';
import { timedOut } from './timed-out.ts';

/** What came back, whoever sent it. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The first 64 KiB of the body. */
  readonly body: string;
}

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Milliseconds from the first packet to the reply's last byte. */
  readonly limit: number;
  readonly connect: Connect;
  readonly signal: AbortSignal;
}

const maxReply = 64 * 1024;

/** An address of several that does not answer (a dead IPv6 route) is left for the next after this long. */
const attemptTimeout = 2500;

/**
 * One POST on a connection of its own, with no redirect followed. The hub closes an idle connection after 5 s, so one
 * kept from the last beat would only be a reset waiting to happen.
 *
 * @throws {Error} when no whole reply came: the socket's own error, a TimedOut, or the signal's reason
 */
export async function post(url: URL, body: string, options: PostOptions): Promise<Reply> {
  options.signal.throwIfAborted();
  const link = new Link(url, options.connect);
  try {
    return await within(link.send(body, options.headers), {
      clock: options.clock,
      ms: options.limit,
      late: () => timedOut(options.limit),
      signal: options.signal,
    });
  } finally {
    link.close();
  }
}

/** One connection to the hub, and the undici client on it. */
class Link {
  readonly #client: Client;
  readonly #path: string;
  #socket: Socket | undefined;

  constructor(url: URL, connect: Connect) {
    this.#path = `${url.pathname}${url.search}`;
    this.#client = new Client(url.origin, {
      allowH2: false,
      // One limit for the whole exchange is held by `post`.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: ({ protocol, hostname, port }, callback) => {
        const secure = protocol === 'https:';
        const socket = connect({
          host: hostname,
          port: Number(port || (secure ? 443 : 80)),
          autoSelectFamilyAttemptTimeout: attemptTimeout,
        });
        this.#socket = socket;
        socket.setNoDelay(true);
        socket.once(secure ? 'secureConnect' : 'connect', () => callback(null, socket));
        socket.once('error', error => callback(error, null));
      },
    });
  }

  send(body: string, headers: Readonly<Record<string, string>>): Promise<Reply> {
    return new Promise((resolve, reject) => {
      let status = 0;
      let replyHeaders: Record<string, string> = {};
      const parts: Buffer[] = [];
      let size = 0;
      this.#client.dispatch(
        { method: 'POST', path: this.#path, headers: { ...headers }, body, reset: true },
        {
          onRequestStart() {},
          onResponseStart(_controller, statusCode, fields) {
            status = statusCode;
            replyHeaders = Object.fromEntries(
              Object.entries(fields).map(([name, value]) => [name, String(value)]),
            );
          },
          onResponseData(_controller, chunk) {
            if (size < maxReply) parts.push(chunk);
            size += chunk.length;
          },
          onResponseEnd() {
            const text = Buffer.concat(parts).toString('utf8').slice(0, maxReply);
            resolve({ status, headers: replyHeaders, body: text });
          },
          onResponseError(_controller, error) {
            reject(error);
          },
        },
      );
    });
  }

  /** Ends the connection at once, even one that is still being made. */
  close(): void {
    this.#client.destroy().catch(() => {});
    this.#socket?.destroy();
  }
}
