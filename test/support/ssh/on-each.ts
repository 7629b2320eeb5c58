import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LocalTransport } from '../../../deployer/ssh/local/local-connection.ts';
import { NodeSshTransport } from '../../../deployer/ssh/node-ssh/node-ssh-transport.ts';
import { OpensshTransport } from '../../../deployer/ssh/openssh/transport.ts';
import type {
  Connection,
  Target,
  Transport,
  TransportDeps,
} from '../../../deployer/ssh/transport.ts';
import { type Need, need } from '../need.ts';
import { SshLab } from './ssh-lab.ts';

const KINDS = ['node-ssh', 'openssh'] as const;
/** For what a command on this machine must do as well. */
export const WITH_LOCAL = [...KINDS, 'local'] as const;
export type Kind = (typeof WITH_LOCAL)[number];

/** What one run of a test works with: a lab of its own, and one of the transports. */
export interface Bench {
  readonly lab: SshLab;
  readonly kind: Kind;
  readonly transport: (deps?: Partial<TransportDeps>) => Transport;
  /** Logs in; the connection is closed with the lab at the latest. */
  readonly connect: (target: Partial<Target>, deps?: Partial<TransportDeps>) => Promise<Connection>;
  /** Logs in, runs one command, checks that it was the right shell, and logs out. */
  readonly visit: (target: Partial<Target>, deps?: Partial<TransportDeps>) => Promise<void>;
}

/** The transports by what tests call them. */
export const TRANSPORTS = {
  'node-ssh': NodeSshTransport,
  openssh: OpensshTransport,
  local: LocalTransport,
} as const;

/** Registers a test once for each transport: whatever the engine relies on, both must do. */
export function onEach(
  name: string,
  run: (bench: Bench) => Promise<void>,
  options: { needs?: readonly Need[]; kinds?: readonly Kind[] } = {},
): void {
  const { kinds = KINDS, needs = ['sshd'] } = options;
  for (const kind of kinds) {
    test(`${kind}: ${name}`, need(...needs), async () => {
      await using lab = await SshLab.open();
      await run(bench(lab, kind));
    });
  }
}

function bench(lab: SshLab, kind: Kind): Bench {
  const transport = (deps: Partial<TransportDeps> = {}): Transport => {
    const all = lab.deps(deps);
    return new TRANSPORTS[kind](all);
  };
  const connect = async (target: Partial<Target>, deps: Partial<TransportDeps> = {}) => {
    const connection = await transport(deps).connect(lab.target(target));
    lab.defer(() => connection.close());
    return connection;
  };
  const visit = async (target: Partial<Target>, deps: Partial<TransportDeps> = {}) => {
    const connection = await connect(target, deps);
    assert.equal((await connection.exec('echo in')).stdout, 'in\n');
    await connection.close();
  };
  return { lab, kind, transport, connect, visit };
}

/** A check for `assert.rejects`: the class, and words that may differ between the transports. */
export function refusedBy(
  Kind: new (...args: never[]) => Error,
  ...patterns: RegExp[]
): (error: unknown) => boolean {
  return error => {
    assert.ok(error instanceof Kind, `Expected ${Kind.name}, found ${String(error)}`);
    for (const pattern of patterns) assert.match(error.message, pattern);
    return true;
  };
}

/** The words of node-ssh's messages; ssh has its own. */
export function only(kind: Kind, pattern: RegExp): RegExp[] {
  return kind === 'node-ssh' ? [pattern] : [];
}
