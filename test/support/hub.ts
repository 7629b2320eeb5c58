import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { HubAlerts } from './hub-alerts.ts';
import { apiReply } from './hub-api.ts';
import { HubCredentials } from './hub-credentials.ts';
import { dueFault, type Fault, json, type Reply, refused, replyOf } from './hub-faults.ts';
import { HubRegistry, type IncomingBeat } from './hub-registry.ts';
import { readBody } from './hub-requests.ts';
import { HubServices } from './hub-services.ts';
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
  /** How far the hub's clock is ahead of the true one. */
  aheadMs?: number;
  /** How long a server may be silent before it is offline. */
  offlineAfterMs?: number;
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
  readonly alerts = new HubAlerts();
  readonly services = new HubServices(this.alerts);
  readonly registry: HubRegistry;
  readonly credentials: HubCredentials;
  readonly #options: HubOptions;
  #server: Server | undefined;
  #port: number;
  #fault: Fault = { kind: 'none' };
  readonly #connections = new WeakMap<Socket, number>();
  #connectionCount = 0;

  constructor(options: HubOptions = {}) {
    this.#options = options;
    this.#port = options.port ?? 0;
    this.registry = new HubRegistry(this.alerts, options.offlineAfterMs);
    this.credentials = new HubCredentials(this.registry, () => this.url, options.tokens);
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

  /** A request to the hub's API with its key; the path from `/api/v1` on. */
  api(method: string, path: string, body?: unknown): Reply {
    return this.#api(method, `/api/v1${path}`, body, true);
  }

  /** Forgets what was received, and the servers with all that belongs to them too when asked. */
  forget(options: { servers?: boolean } = {}): void {
    this.requests.length = 0;
    this.beats.length = 0;
    if (options.servers !== true) return;
    this.registry.clear();
    this.services.forget();
    this.alerts.forget();
    this.credentials.clear();
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
      at: new Date(this.#now()).toISOString(),
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: received.json ?? received.text,
      answer: 0,
      connection: this.#connections.get(request.socket) ?? 0,
    };
    if (isBeat) this.requests.push(record);
    const fault = isBeat ? dueFault(this.#fault, received.json) : undefined;
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
    if (this.#options.aheadMs !== undefined) {
      response.setHeader('date', new Date(this.#now()).toUTCString());
    }
    response.writeHead(reply.status, reply.headers).end(reply.body);
  }

  /** The hub's clock. */
  #now(): number {
    return Date.now() + (this.#options.aheadMs ?? 0);
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
    const withKey = request.headers['x-api-key'] === this.apiKey;
    return this.#api(request.method ?? '', request.url ?? '', body.json, withKey);
  }

  #api(method: string, url: string, body: unknown, withKey: boolean): Reply {
    const { pathname: path, searchParams: query } = new URL(url, 'http://hub');
    return apiReply(this, { method, path, query, body, withKey, now: this.#now() });
  }

  #beat(request: IncomingMessage, body: unknown, at: string): Reply {
    const refusal = this.credentials.refusalOf(request.headers, this.apiKey, Date.parse(at));
    if (refusal !== undefined) return refused(401, 'UNAUTHORIZED', refusal);
    const detail = refusalsOf(body);
    if (detail.length > 0) return json(422, { detail });
    const beat = body as ReceivedBeat['body'];
    const registration = this.registry.receive(beat, Date.parse(at));
    if (registration === 'inactive') {
      const message = `Server '${beat.server_id}' is inactive (agent removed). Uninstall the agent.`;
      return refused(403, 'FORBIDDEN', message);
    }
    if (registration === 'conflict') {
      const message = `Server '${beat.server_id}' already has a different GUID`;
      return refused(409, 'CONFLICT', message);
    }
    this.services.receive(beat, beat.hostname, at);
    this.beats.push({ at, body: beat });
    return json(200, {
      status: 'ok',
      server_registered: registration === 'created',
      pending_commands: [],
      results_acknowledged: [],
    });
  }

  /** The metrics of a server's accepted beats, oldest first. */
  points(serverId: string): unknown[] {
    return this.beats
      .filter(({ body }) => body.server_id === serverId && body.metrics !== undefined)
      .map(({ body }) => ({ timestamp: body.timestamp, ...(body.metrics as object) }))
      .sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
  }
}
