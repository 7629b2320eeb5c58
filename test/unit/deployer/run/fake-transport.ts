import { Unreachable } from '../../../../deployer/ssh/errors.ts';
import type { Connection, Target, Transport } from '../../../../deployer/ssh/transport.ts';
import { type FakeServer, waitsForBeat } from './fake-server.ts';

/** A transport to servers in memory, by the target's name. */
export class FakeTransport implements Transport {
  readonly #servers: Readonly<Record<string, FakeServer>>;
  /** Commands that run right now, and the most that ever ran at once. */
  running = 0;
  most = 0;

  constructor(servers: Readonly<Record<string, FakeServer>>) {
    this.#servers = servers;
  }

  async connect({ name }: Target): Promise<Connection> {
    const server = this.#servers[name];
    if (server === undefined) throw new Unreachable(name, `Cannot find ${name}`);
    server.log.push('connect');
    if (server.refuses !== null) throw server.refuses;
    let open = true;
    return {
      exec: async (command, options = {}) => {
        // A wait for the first heartbeat is no work.
        if (waitsForBeat(command)) {
          return await server.exec(command, options);
        }
        this.most = Math.max(this.most, ++this.running);
        try {
          return await server.exec(command, options);
        } finally {
          this.running--;
        }
      },
      close: async () => {
        if (open) server.log.push('close');
        open = false;
      },
    };
  }
}
