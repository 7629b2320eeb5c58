import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { HubReply } from '../contract/hub-reply.ts';
import type { Clock } from '../lib/clock.ts';
import { within } from '../lib/within.ts';

/** Where a connection goes. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly autoSelectFamilyAttemptTimeout: number;
}

/** Begins a connection; the socket's events tell the outcome. */
export type Connect = (address: Address) => Socket;

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Milliseconds from the first packet to the reply's last byte. */
  readonly limit: number;
  readonly connect: Connect;
  readonly signal: AbortSignal;
}

/** No more of a reply's body is read. */
const maxReply = 64 * 1024;

/** Of its head and body as they arrive: a body of single bytes, each a chunk, is six times as long. */
const maxReceived = 2 * maxReply;

/** An address of several that does not answer (a dead IPv6 route) is given up for the next one after this long. */
const attemptTimeout = 2500;

/**
 * One POST on a connection of its own, with no redirect followed. The hub closes an idle connection after 5 s, so one
 * kept from the last beat would only be reset.
 * Throws an Error when no whole reply came: the socket's or the parser's own error, ETIMEDOUT, or the signal's reason.
 */
export async function post(url: URL, body: string, options: PostOptions): Promise<HubReply> {
  const { clock, limit, connect, signal } = options;
  signal.throwIfAborted();
  const secure = url.protocol === 'https:';
  const socket = connect({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (secure ? 443 : 80)),
    autoSelectFamilyAttemptTimeout: attemptTimeout,
  });
  // The exchange below reports the socket's errors; a later one would be unhandled.
  socket.on('error', () => {});
  socket.setNoDelay(true);
  const exchange = async () => {
    // Nothing is sent before the certificate is verified.
    await once(socket, secure ? 'secureConnect' : 'connect');
    return await send(socket, url, body, options.headers);
  };
  try {
    return await within(exchange(), {
      clock,
      ms: limit,
      late: () => failed(`No answer within ${limit / 1000} s`, 'ETIMEDOUT'),
      signal,
    });
  } finally {
    socket.destroy();
  }
}

/** Sends the request and reads the reply, to its end or to `maxReply`. */
function send(
  socket: Socket,
  url: URL,
  body: string,
  headers: PostOptions['headers'],
): Promise<HubReply> {
  return new Promise((resolve, reject) => {
    const call = request({
      method: 'POST',
      path: url.pathname,
      headers: { ...headers, host: url.host },
      createConnection: () => socket,
    });
    const lost = () => reject(failed('The connection was closed before the reply was whole'));
    call.on('error', reject);
    call.on('close', lost);
    call.on('information', () => {
      if (socket.bytesRead > maxReply) {
        reject(failed('Interim replies without end', 'HPE_HEADER_OVERFLOW'));
      }
    });
    call.on('response', response => {
      const parts: Buffer[] = [];
      let size = 0;
      const finish = () => {
        // What has arrived beyond the bound is not looked at: it may be thousands of chunks of one byte.
        response.off('data', take);
        socket.destroy();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString('utf8', 0, maxReply),
        });
      };
      const take = (part: Buffer) => {
        parts.push(part);
        size += part.length;
        if (size >= maxReply || socket.bytesRead > maxReceived) finish();
      };
      response.on('data', take);
      response.on('end', finish);
      response.on('error', reject);
      // The request is closed with its socket, when some of the reply may not have been read yet.
      call.off('close', lost);
      response.on('close', lost);
    });
    call.end(body);
  });
}

/** The code is the one that sockets use, so that one place has the messages for all of them. */
function failed(message: string, code = 'ECONNRESET'): Error & { code: string } {
  return Object.assign(new Error(message), { code });
}
