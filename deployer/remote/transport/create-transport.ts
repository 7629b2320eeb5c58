import { userInfo } from 'node:os';
import type { Context } from '../../context.ts';
import type { TransportDeps } from './deps.ts';
import { LocalTransport } from './local-transport.ts';
import { MixedTransport } from './mixed-transport.ts';
import { NodeSshTransport } from './node-ssh-transport.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { OpensshTransport } from './openssh-transport.ts';
import { readSecret } from './read-secret.ts';
import type { Transport } from './transport.ts';

export interface TransportChoice {
  readonly kind?: 'node-ssh' | 'openssh' | undefined;
  /** Asks for a secret in place of the plain prompt, for example with the progress display held back meanwhile. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}

/** The way to servers behind SSH that a command asked for, and to this machine, with what it needs of the world. */
export function createTransport(context: Context, choice: TransportChoice = {}): Transport {
  const deps = transportDeps(context, choice.ask);
  const ssh = choice.kind === 'openssh' ? new OpensshTransport(deps) : new NodeSshTransport(deps);
  return new MixedTransport(ssh, new LocalTransport(deps));
}

/** Somebody can be asked only where both the question and the answer have a terminal. */
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
    ...(asking === undefined ? {} : { ask: oneAtATime(asking) }),
  };
}
