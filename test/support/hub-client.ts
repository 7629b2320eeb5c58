import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceivedBeat, ReceivedRequest } from './hub.ts';
import type { Fault } from './hub-faults.ts';

/** Steers a stand-in hub that runs as its own process, by its control socket. */
export class HubClient {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Everything the hub received since it started or was told to forget. */
  async received(): Promise<{ requests: ReceivedRequest[]; beats: ReceivedBeat[] }> {
    return (await this.#call('/received')) as {
      requests: ReceivedRequest[];
      beats: ReceivedBeat[];
    };
  }

  /** How the hub answered heartbeats of servers; the deployer's own questions have no server in them. */
  async answers(): Promise<(number | string)[]> {
    const { requests } = await this.received();
    return requests.flatMap(({ body, answer }) =>
      typeof body === 'object' && body !== null && 'server_id' in body ? [answer] : [],
    );
  }

  /** The accepted beats of one server, or of all. */
  async beats(serverId?: string): Promise<ReceivedBeat[]> {
    const { beats } = await this.received();
    return beats.filter(({ body }) => serverId === undefined || body.server_id === serverId);
  }

  async fault(kind: Fault['kind'], options: Omit<Fault, 'kind'> = {}): Promise<void> {
    await this.#call('/fault', { kind, ...options });
  }

  async remove(serverId: string): Promise<void> {
    await this.#call('/remove', { server_id: serverId });
  }

  async forget(options: { servers?: boolean } = {}): Promise<void> {
    await this.#call('/forget', options);
  }

  /** What the hub would run on servers after changes of their expected services, oldest first. */
  async syncs(): Promise<{ server_id: string; services: string[]; script: string }[]> {
    return (await this.#call('/syncs')) as Awaited<ReturnType<HubClient['syncs']>>;
  }

  /** The hub's own API with its key; the path from `/api/v1` on. Throws where the hub refuses. */
  async api(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const reply = (await this.#call('/api', { method, path, body })) as {
      status: number;
      body: string;
    };
    if (reply.status >= 400) throw new Error(`${method} ${path}: ${reply.status} ${reply.body}`);
    return reply.body === '' ? {} : JSON.parse(reply.body);
  }

  /**
   * Waits until each server has at least `count` accepted beats that arrived after `since` (ISO).
   * Rejects after `timeoutMs` and names who is missing.
   */
  async waitForBeats(
    serverIds: string[],
    options: { count?: number; since?: string; timeoutMs?: number } = {},
  ): Promise<ReceivedBeat[]> {
    const { count = 1, since = '', timeoutMs = 90_000 } = options;
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const beats = (await this.beats()).filter(({ at }) => at > since);
      const missing = serverIds.filter(
        id => beats.filter(({ body }) => body.server_id === id).length < count,
      );
      if (missing.length === 0) return beats;
      if (performance.now() > deadline) {
        const wanted = `${count} beat${count === 1 ? '' : 's'} each`;
        throw new Error(
          `Wanted ${wanted} within ${timeoutMs / 1000} s, none yet from ${missing.join(', ')}`,
        );
      }
      await sleep(200);
    }
  }

  async #call(path: string, body?: unknown): Promise<unknown> {
    const method = body === undefined ? 'GET' : 'POST';
    const { status, text } = await new Promise<{ status: number; text: string }>(
      (resolve, reject) => {
        const call = request({ socketPath: this.#socketPath, path, method }, response => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', chunk => {
            text += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
          response.on('error', reject);
        });
        call.on('error', reject);
        call.end(body === undefined ? undefined : JSON.stringify(body));
      },
    );
    if (status !== 200) throw new Error(`The hub's control answered ${status} to ${path}: ${text}`);
    return JSON.parse(text);
  }
}
