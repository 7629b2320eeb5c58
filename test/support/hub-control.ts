import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { StandInHub } from './hub.ts';
import { FAULT_KINDS, type Fault } from './hub-faults.ts';

/**
 * The hub's second door, a Unix socket: a test outside the hub's network namespace steers it there.
 * GET /received, GET /syncs, POST /fault, POST /remove, POST /forget, POST /api (the hub's own API, with its key).
 */
export async function startHubControl(hub: StandInHub, socketPath: string): Promise<Server> {
  const server = createServer((request, response) => {
    control(hub, request).then(
      answer => response.end(JSON.stringify(answer)),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  return server;
}

async function control(hub: StandInHub, request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += chunk;
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  switch (request.url) {
    case '/received':
      return { requests: hub.requests, beats: hub.beats };
    case '/fault': {
      const { kind, ...options } = body as unknown as Fault;
      if (!FAULT_KINDS.includes(kind)) {
        throw new Error(
          `Unknown fault ${JSON.stringify(kind)}; there are ${FAULT_KINDS.join(', ')}`,
        );
      }
      await hub.fault(kind, options);
      return {};
    }
    case '/syncs':
      return hub.services.syncs;
    case '/remove':
      return { removed: hub.remove(String(body['server_id'])) };
    case '/forget':
      hub.forget({ servers: body['servers'] === true });
      return {};
    case '/api': {
      const { method, path, body: sent } = body;
      return hub.api(String(method), String(path), sent);
    }
    default:
      throw new Error(`No control at ${request.url}`);
  }
}
