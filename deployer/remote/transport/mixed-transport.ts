import type { Connection, Target, Transport } from './transport.ts';

/** Servers behind SSH and this machine itself in one inventory: each goes the way that its target names. */
export class MixedTransport implements Transport {
  readonly #ssh: Transport;
  readonly #local: Transport;

  constructor(ssh: Transport, local: Transport) {
    this.#ssh = ssh;
    this.#local = local;
  }

  async connect(target: Target, signal?: AbortSignal): Promise<Connection> {
    const way = target.connection === 'local' ? this.#local : this.#ssh;
    return way.connect(target, signal);
  }
}
