import { userInfo } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { oneAtATime } from '../lib/concurrency.ts';
import { readSecret } from '../ui/read-secret.ts';
import { Unreachable } from './errors.ts';
import { LocalTransport } from './local/local-connection.ts';
import { NodeSshTransport } from './node-ssh/node-ssh-transport.ts';
import { OpensshTransport } from './openssh/transport.ts';
import type { Connection, Target, Transport, TransportDeps } from './transport.ts';

export interface TransportChoice {
  readonly kind?: 'node-ssh' | 'openssh' | undefined;
  /** Asks for a secret in place of the plain prompt, for example with the progress display held back meanwhile. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}

/** The SSH transport that a command asked for, and the local one, with their dependencies. */
export function createTransport(context: Context, choice: TransportChoice = {}): Transport {
  const deps = transportDeps(context, choice.ask);
  const ssh = choice.kind === 'openssh' ? new OpensshTransport(deps) : new NodeSshTransport(deps);
  return new MixedTransport(ssh, new LocalTransport(deps));
}

/** A person can be asked only where both stdin and stderr are terminals. */
function transportDeps(context: Context, ask?: TransportChoice['ask']): TransportDeps {
  const { stdin, stderr, signal, env } = context;
  const isTerminal = stdin.isTTY === true && stderr.isTTY === true;
  const prompt = (question: string) => readSecret(question, stdin, stderr, signal);
  const { homedir, username } = userInfo();
  const asking = ask ?? (isTerminal ? prompt : undefined);
  return {
    env,
    home: homedir,
    localUser: username,
    signal,
    ...(asking === undefined ? {} : { ask: oneAtATime(asking) }),
  };
}

/** As Ansible waits: 0, 1, 3, 7 … 30 seconds. */
function pauseMs(attempt: number): number {
  return Math.min(2 ** attempt - 1, 30) * 1000;
}

/** For inventories with servers behind SSH and this machine itself: each target names its transport. */
export class MixedTransport implements Transport {
  readonly #ssh: Transport;
  readonly #local: Transport;

  constructor(ssh: Transport, local: Transport) {
    this.#ssh = ssh;
    this.#local = local;
  }

  async connect(target: Target, signal?: AbortSignal): Promise<Connection> {
    if (target.connection === 'local') return this.#local.connect(target, signal);
    const retries = target.connectRetries ?? 0;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#ssh.connect(target, signal);
      } catch (error) {
        if (!(error instanceof Unreachable) || attempt >= retries) throw error;
        await setTimeout(pauseMs(attempt), undefined, { signal });
      }
    }
  }
}
