import type { TransportDeps } from './deps.ts';
import { LocalConnection } from './local-connection.ts';
import type { Connection, Target, Transport } from './transport.ts';

/** The way to the machine on which the deployer itself runs (`ansible_connection: local`). */
export class LocalTransport implements Transport {
  readonly #deps: TransportDeps;

  constructor(deps: TransportDeps) {
    this.#deps = deps;
  }

  /** Throws nothing but the signal's reason: there is nothing to reach. */
  async connect(target: Target, signal?: AbortSignal): Promise<Connection> {
    signal?.throwIfAborted();
    return new LocalConnection(this.#deps, target);
  }
}
