import { createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { listening, port } from '../listening.ts';
import { OBEYED, repeated, writeForever, writeSlowly } from './server-mode.ts';

/** What a hub does with a connection: once the head of a request has come, or at once. */
export interface HubMode {
  readonly at: 'request' | 'connection';
  act(socket: Socket, request: string): void;
}

function onRequest(act: HubMode['act']): HubMode {
  return { at: 'request', act };
}

function reply(
  body: string | Buffer,
  more: { status?: string; headers?: string; type?: string } = {},
): HubMode {
  const { status = '200 OK', headers = '', type = 'application/json' } = more;
  const head = `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n`;
  return onRequest(socket => {
    socket.write(head);
    socket.write(body);
  });
}

function text(whole: string): HubMode {
  return onRequest(socket => socket.end(whole));
}

function forever(head: string, rest: string): HubMode {
  return onRequest(socket => {
    socket.write(head);
    writeForever(socket, rest);
  });
}

/** The name of the server that is asked about where a mode of this name is the hub. */
export function hostOf(mode: string): string {
  return mode.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

/** A listing of that server. */
function listing(mode: string, fields: Record<string, unknown>): string {
  const server = { id: hostOf(mode), status: 'online', last_seen: null, ...fields };
  return JSON.stringify({ servers: [server] });
}

const CHUNKED =
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';

/** The ways of a hostile hub by name. */
export const HUB_MODES: Readonly<Record<string, HubMode>> = {
  'accepts, and says nothing': onRequest(() => {}),
  'closes at once': { at: 'connection', act: socket => socket.destroy() },
  'resets at once': { at: 'connection', act: socket => socket.resetAndDestroy() },
  'resets in the middle of a reply': onRequest(socket => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', () =>
      setTimeout(() => socket.resetAndDestroy(), 50),
    );
  }),
  'redirects to itself': reply('', {
    status: '302 Found',
    headers: 'location: /api/v1/servers\r\n',
  }),
  'redirects with escape sequences': reply('', {
    status: '301 Moved',
    headers: `location: http://x/${'\u009b'}31m${'x'.repeat(4000)}\r\n`,
  }),
  'a status line without end': forever('HTTP/1.1 200 ', 'x'.repeat(9000)),
  'a header without end': forever('HTTP/1.1 200 OK\r\nx-endless: ', 'x'.repeat(9000)),
  'headers without end': forever('HTTP/1.1 200 OK\r\n', 'x-more: 1\r\n'.repeat(900)),
  '100 Continue for ever': forever('', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(500)),
  '103 Early Hints for ever': forever('', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(500)),
  'a body without end': forever(
    'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n',
    '[1,'.repeat(3000),
  ),
  'chunks without end': forever(CHUNKED, `1000\r\n${'x'.repeat(4096)}\r\n`),
  'a chunk of a wrong size': text(`${CHUNKED}zzz\r\n{}\r\n0\r\n\r\n`),
  'a chunk larger than all memory': text(`${CHUNKED}ffffffffffffffff\r\n{}`),
  'a trailer without end': forever(`${CHUNKED}0\r\nx: `, 'x'.repeat(9000)),
  'a byte a second': onRequest(socket => writeSlowly(socket, repeated('H'), 1000)),
  'a body of a byte a second': onRequest(socket => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
    writeSlowly(socket, repeated(' '), 1000);
  }),
  'a length that is too large': text(
    'HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n{}',
  ),
  'two lengths': text('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'),
  'a length and chunks': text(
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}',
  ),
  'duplicated headers': reply('{}', {
    headers: 'content-type: text/html\r\ndate: x\r\ndate: y\r\nlocation: a\r\nlocation: b\r\n',
  }),
  'HTTP/0.9': text('{"servers":[]}'),
  'HTTP/9.9': text('HTTP/9.9 200 OK\r\n\r\n'),
  'another protocol': text('SSH-2.0-OpenSSH_9.2\r\n'),
  'TLS garbage': {
    at: 'connection',
    act: socket => socket.end(Buffer.from('160303ffff'.padEnd(4000, 'ab'), 'hex')),
  },
  garbage: { at: 'connection', act: socket => writeForever(socket, Buffer.alloc(9000, 255)) },
  'a gzip bomb': onRequest(socket => {
    const body = gzipSync(Buffer.alloc(100_000_000));
    socket.write(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    socket.write(body);
  }),
  'a page in place of JSON': reply('<html><title>Router</title></html>', { type: 'text/html' }),
  'JSON of another shape': reply('{"servers":{"length":1e9}}'),
  null: reply('null'),
  nothing: reply(''),
  '204 No Content': text('HTTP/1.1 204 No Content\r\n\r\n'),
  '101 Switching Protocols': text(
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
  ),
  '401 in another form': reply('"no"', { status: '401 Unauthorized' }),
  '401 with escape sequences': reply(
    JSON.stringify({ detail: { code: 'UNAUTHORIZED', message: OBEYED.repeat(50) } }),
    { status: '401 Unauthorized' },
  ),
  '403 with escape sequences': reply(JSON.stringify({ detail: OBEYED }), {
    status: '403 Forbidden',
  }),
  '422 with a million places': reply(
    JSON.stringify({ detail: Array(100_000).fill({ loc: ['body', OBEYED], msg: OBEYED }) }),
    { status: '422 Unprocessable' },
  ),
  '503 with a long text': reply('x'.repeat(5_000_000), {
    status: '503 Service Unavailable',
    type: OBEYED.replaceAll(/[\r\n\0]/g, ''),
  }),
  'a status of 999': text('HTTP/1.1 999 Strange\r\ncontent-length: 0\r\n\r\n'),
  'escape sequences as a status': reply(
    listing('escape sequences as a status', { status: OBEYED }),
  ),
  'a status of a megabyte': reply(
    listing('a status of a megabyte', { status: 'x'.repeat(1_000_000) }),
  ),
  'a million servers': reply(
    `{"servers":[${Array(60_000).fill('{"id":"x","status":"online","last_seen":null}').join(',')}]}`,
  ),
  'deep JSON': reply('['.repeat(4_000_000)),
  'deep JSON that is closed': reply(`${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}`),
  'a gigantic number': reply(`{"servers":[{"id":${'9'.repeat(4_000_000)}}]}`),
  'keys of prototypes': reply('{"__proto__":{"servers":[]},"constructor":{"prototype":{}}}'),
  'bytes that are no UTF-8': reply(Buffer.alloc(100_000, 0xff)),
  'a time from another age': reply(
    listing('a time from another age', { last_seen: '+275760-09-13T00:00:00.001Z' }),
    { headers: 'date: Thu, 01 Jan 0001 00:00:00 GMT\r\n' },
  ),
};

/** A hub that does harm in this way. */
export async function startHostileHub(mode: HubMode): Promise<{ url: string } & AsyncDisposable> {
  const server = await listening(
    createServer(socket => {
      if (mode.at === 'connection') return mode.act(socket, '');
      let head = '';
      socket.setEncoding('latin1').on('data', chunk => {
        head += chunk;
        if (!head.includes('\r\n\r\n')) return;
        mode.act(socket, head);
        head = '';
      });
    }),
  );
  return {
    url: `http://127.0.0.1:${port(server)}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
