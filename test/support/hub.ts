import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type Fault, json, type Reply, refused, replyOf } from './hub-faults.ts';
import { HubRegistry, type IncomingBeat, type RegisteredServer, shown } from './hub-registry.ts';
import { readBody } from './hub-requests.ts';
import { refusalsOf } from './hub-validation.ts';

export interface HubOptions {
  host?: string;
  /** 0 takes a free one. */
  port?: number;
  apiKey?: string;
  /** Per-agent tokens: GUID to token. */
  tokens?: Record<string, string>;
  /** Certificate and key, PEM, for a hub that speaks TLS. */
  tls?: { cert: Buffer; key: Buffer };
}

/** One request on the heartbeat path, whatever came of it. */
export interface ReceivedRequest {
  /** ISO time of arrival. */
  at: string;
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  /** The parsed body; the text when it is no JSON. */
  body: unknown;
  /** What was answered, or the fault of the connection. */
  answer: number | string;
  /** Which connection it came on; equal numbers are a reused connection. */
  connection: number;
}

export interface ReceivedBeat {
  at: string;
  body: IncomingBeat & Record<string, unknown>;
}

/** uvicorn's own default; the agent's next beat finds the connection gone. */
const IDLE_CLOSE_MS = 5_000;
const HEARTBEAT = '/api/v1/agents/heartbeat';

/** A hub that answers as the contract says, keeps what it received, and can be made to fail. */
export class StandInHub {
  /** Every request to the heartbeat path, oldest first. */
  readonly requests: ReceivedRequest[] = [];
  /** The beats that were accepted, oldest first. */
  readonly beats: ReceivedBeat[] = [];
  readonly registry = new HubRegistry();
  readonly #options: HubOptions;
  #server: Server | undefined;
  #port: number;
  #fault: Fault = { kind: 'none' };
  readonly #connections = new WeakMap<Socket, number>();
  #connectionCount = 0;

  constructor(options: HubOptions = {}) {
    this.#options = options;
    this.#port = options.port ?? 0;
  }

  /** `http://host:port`, known once it has started. */
  get url(): string {
    const scheme = this.#options.tls === undefined ? 'http' : 'https';
    return `${scheme}://${this.#options.host ?? '127.0.0.1'}:${this.#port}`;
  }

  get apiKey(): string {
    return this.#options.apiKey ?? 'test-key';
  }

  async start(): Promise<this> {
    await this.#listen();
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    await new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Switches a fault on, or off with `none`. */
  async fault(kind: Fault['kind'], options: Omit<Fault, 'kind'> = {}): Promise<void> {
    this.#fault = { kind, ...options };
    if (kind === 'refuse') await this.stop();
    else if (this.#server === undefined) await this.#listen();
  }

  /** Removes a server as the operator does on the hub's page: 403 from now on. */
  remove(serverId: string): boolean {
    return this.registry.remove(serverId);
  }

  /** Forgets what was received, and the servers too when asked. */
  forget(options: { servers?: boolean } = {}): void {
    this.requests.length = 0;
    this.beats.length = 0;
    if (options.servers === true) this.registry.clear();
  }

  async #listen(): Promise<void> {
    const { tls } = this.#options;
    const handle = (request: IncomingMessage, response: ServerResponse) =>
      void this.#handle(request, response);
    const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
    server.keepAliveTimeout = IDLE_CLOSE_MS;
    server.keepAliveTimeoutBuffer = 0;
    server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.#connections.set(socket, ++this.#connectionCount);
      // A client that resets the connection is no fault of the hub.
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, this.#options.host ?? '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const isBeat = path.replace(/\/$/, '') === HEARTBEAT;
    const received = await readBody(request).catch(() => undefined);
    if (received === undefined) return;
    const record: ReceivedRequest = {
      at: new Date().toISOString(),
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: received.json ?? received.text,
      answer: 0,
      connection: this.#connections.get(request.socket) ?? 0,
    };
    if (isBeat) this.requests.push(record);
    const fault = isBeat ? this.#dueFault(received.json) : undefined;
    const connectionFault = fault !== undefined && replyOf(fault.kind) === undefined;
    if (fault !== undefined && connectionFault && fault.kind !== 'slow') {
      record.answer = fault.kind;
      if (fault.kind === 'reset') request.socket.resetAndDestroy();
      if (fault.kind === 'nothing') request.socket.destroy();
      return;
    }
    if (fault?.kind === 'slow') {
      await new Promise(resolve => setTimeout(resolve, fault.delayMs ?? 1_000));
    }
    const reply =
      (fault === undefined ? undefined : replyOf(fault.kind)) ??
      this.#reply(request, path, received, record.at);
    record.answer = reply.status;
    response.writeHead(reply.status, reply.headers).end(reply.body);
  }

  #dueFault(body: unknown): Fault | undefined {
    const fault = this.#fault;
    if (fault.kind === 'none' || fault.kind === 'refuse') return undefined;
    const id = (body as { server_id?: string } | null | undefined)?.server_id;
    if (fault.servers !== undefined && !fault.servers.includes(id ?? '')) return undefined;
    if (fault.times === undefined) return fault;
    if (fault.times <= 0) return undefined;
    fault.times -= 1;
    return fault;
  }

  #reply(
    request: IncomingMessage,
    path: string,
    body: Awaited<ReturnType<typeof readBody>>,
    at: string,
  ): Reply {
    if (path.length > 1 && path.endsWith('/')) {
      const location = `${new URL(this.url).protocol}//${request.headers.host}${path.slice(0, -1)}`;
      return { status: 307, headers: { location }, body: '' };
    }
    if (path === HEARTBEAT) {
      if (request.method !== 'POST') return json(405, { detail: 'Method Not Allowed' });
      return body.refusal ?? this.#beat(request, body.json, at);
    }
    if (path === '/api/v1/system/health') return json(200, { status: 'healthy' });
    return this.#read(request, path);
  }

  #beat(request: IncomingMessage, body: unknown, at: string): Reply {
    if (!this.#mayBeat(request)) {
      return refused(401, 'UNAUTHORIZED', 'Invalid or missing authentication');
    }
    const detail = refusalsOf(body);
    if (detail.length > 0) return json(422, { detail });
    const beat = body as ReceivedBeat['body'];
    const registration = this.registry.receive(beat, Date.parse(at));
    if (registration === 'removed') {
      return refused(403, 'FORBIDDEN', `Server '${beat.server_id}' is inactive`);
    }
    if (registration === 'conflict') {
      const message = `Server '${beat.server_id}' is already registered with a different GUID`;
      return refused(409, 'CONFLICT', message);
    }
    this.beats.push({ at, body: beat });
    return json(200, {
      status: 'ok',
      server_registered: registration === 'created',
      pending_commands: [],
      results_acknowledged: [],
    });
  }

  /** Token and GUID together are the only way tried when both are there; the token alone is ignored. */
  #mayBeat(request: IncomingMessage): boolean {
    const token = request.headers['x-agent-token'];
    const guid = request.headers['x-server-guid'];
    if (typeof token === 'string' && typeof guid === 'string') {
      return this.#options.tokens?.[guid] === token;
    }
    return request.headers['x-api-key'] === this.apiKey;
  }

  #read(request: IncomingMessage, path: string): Reply {
    const [, id, part] =
      /^\/api\/v1\/servers(?:\/([^/]+)(?:\/(metrics|packages))?)?$/.exec(path) ?? [];
    if (!path.startsWith('/api/v1/servers')) return json(404, { detail: 'Not Found' });
    if (request.headers['x-api-key'] !== this.apiKey) {
      return refused(401, 'UNAUTHORIZED', 'Invalid or missing API key');
    }
    const now = Date.now();
    if (id === undefined) {
      const servers = this.registry.all().map(server => shown(server, now));
      return json(200, { servers, total: servers.length });
    }
    const server = this.registry.get(decodeURIComponent(id));
    if (server === undefined) return refused(404, 'NOT_FOUND', `Server '${id}' not found`);
    return json(200, this.#part(server, part, now));
  }

  #part(server: RegisteredServer, part: string | undefined, now: number): unknown {
    if (part === 'packages') return { packages: server.packages, total: server.packages.length };
    if (part === undefined) return shown(server, now);
    const points = this.beats
      .filter(({ body }) => body.server_id === server.id && body.metrics !== undefined)
      .map(({ body }) => ({ timestamp: body.timestamp, ...(body.metrics as object) }))
      .sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
    return { server_id: server.id, range: '24h', data_points: points, total_points: points.length };
  }
}
