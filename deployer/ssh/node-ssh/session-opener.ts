import type { Duplex } from 'node:stream';
import type { Secret } from '../../inventory/secret.ts';
import { StartLimit } from '../../lib/concurrency.ts';
import { Deadline } from '../../lib/deadline.ts';
import { codeOf, errorMessage } from '../../lib/errors.ts';
import { pauseAfter, untilAborted } from '../../lib/waiting.ts';
import type { SshConfigReader } from '../ask-ssh.ts';
import {
  HostKeyRefused,
  LoginRefused,
  SetupRefused,
  TransportError,
  Unreachable,
} from '../errors.ts';
import { describeHost } from '../host-keys/judge-host-key.ts';
import { type KnownHost, lookUpHost } from '../host-keys/known-hosts.ts';
import { KeyRing } from '../keys/key-ring.ts';
import type { SshConfig } from '../ssh-config.ts';
import type { TransportDeps } from '../transport.ts';
import { dialTcp } from './dial.ts';
import { isWorthAnotherTry } from './explain-handshake.ts';
import { lastHop } from './jump-chain.ts';
import { JumpPool, type Lease } from './jump-pool.ts';
import { explainFailure, HandshakeFailed, logIn } from './log-in.ts';
import { type Dialled, startProxyCommand } from './proxy-command.ts';
import type { Ssh2Session } from './ssh2-session.ts';

/** What to log in to, and the time limits; a hop of a ProxyJump is one as well. */
export interface Destination {
  readonly name: string;
  readonly config: SshConfig;
  /** The arguments that a jump host's own configuration is asked with: `-F FILE`, or none. */
  readonly configArgs: readonly string[];
  readonly password: Secret | undefined;
  readonly timeoutMs: number;
}

const MOST_STARTS = 4;
const TRIES = 4;

/** Opens logged-in sessions: straight, through jump hosts, or through a ProxyCommand. */
export class SessionOpener {
  readonly #deps: TransportDeps;
  readonly #configs: SshConfigReader;
  readonly #keys: KeyRing;
  readonly #starts = new StartLimit(MOST_STARTS);
  readonly #jumps = new JumpPool();

  constructor(deps: TransportDeps, configs: SshConfigReader) {
    this.#deps = deps;
    this.#configs = configs;
    this.#keys = new KeyRing(deps);
  }

  /** Throws Unreachable, HostKeyRefused, LoginRefused, or the signal's reason. */
  async open(to: Destination, signal?: AbortSignal): Promise<Ssh2Session> {
    const { config } = to;
    const key = [config.hostname, config.port, config.proxyJump, config.proxyCommand].join(' ');
    return this.#starts.run(key, () => this.#openNow(to, signal), signal);
  }

  async #openNow(to: Destination, signal: AbortSignal | undefined): Promise<Ssh2Session> {
    const known = await this.#lookUp(to);
    const deadline = new Deadline(to.timeoutMs, stage => timeUp(to, stage), signal).start();
    try {
      for (let tries = 1; ; tries += 1) {
        const { authenticator, notes } = await this.#keys.authenticator(to, deadline);
        const { name, config } = to;
        const offer = { authenticator, notes, deadline };
        const login = { name, config, known, deps: this.#deps, ...offer };
        try {
          return await logIn({ ...login, ...(await this.#dial(to, deadline)) });
        } catch (error) {
          const isRefusal = authenticator.refusedByAgent.length > 0;
          if (isRefusal) this.#keys.refuse(authenticator);
          else if (tries >= TRIES || !isPassing(error)) throw explained(error);
          else await pauseAfter(tries, deadline.signal);
        }
      }
    } finally {
      deadline.stop();
    }
  }

  /** A host key that cannot be checked is rejected. */
  async #lookUp({ name, config }: Destination): Promise<KnownHost> {
    try {
      return await lookUpHost(this.#deps, config);
    } catch (error) {
      throw new HostKeyRefused(name, `${describeHost(config)}: ${errorMessage(error)}`, {
        cause: error,
      });
    }
  }

  async #dial(to: Destination, deadline: Deadline): Promise<Dialled> {
    const { config } = to;
    const { proxyJump, proxyCommand } = config;
    deadline.enter('a connection');
    const special = config.proxyUseFdpass
      ? 'ProxyUseFdpass'
      : config.bindInterface !== undefined && proxyCommand === undefined && proxyJump === undefined
        ? 'BindInterface'
        : undefined;
    if (special !== undefined) {
      const text = `${describeHost(config)} is configured with ${special}, which only OpenSSH can do: use --transport openssh`;
      throw new SetupRefused(to.name, text);
    }
    if (proxyCommand !== undefined) return startProxyCommand(proxyCommand, config, this.#deps);
    const socket = await (proxyJump === undefined
      ? dialTcp(to.name, config, deadline.signal)
      : this.#dialThrough(proxyJump, to, deadline));
    return { socket };
  }

  /** A stream through the last hop of a ProxyJump; the hops before it are that hop's own ProxyJump. */
  async #dialThrough(jump: string, to: Destination, deadline: Deadline): Promise<Duplex> {
    const { alias, question } = lastHop(jump, to.configArgs);
    const key = JSON.stringify([alias, question]);
    let lease: Lease | undefined;
    try {
      const leasing = this.#jumps.lease(key, async () => {
        const config = await this.#configs.read(alias, question);
        return this.open({ ...to, name: alias, config, password: undefined });
      });
      leasing.then(late => deadline.signal.aborted && late.release()).catch(() => {});
      // The hops have deadlines of their own, and may ask for a passphrase.
      lease = await deadline.paused(untilAborted(leasing, deadline.signal));
      const { hostname, port } = to.config;
      const channel = await lease.session.forward(hostname, port, deadline.signal);
      channel.once('close', lease.release);
      return channel;
    } catch (error) {
      lease?.release();
      if (!(error instanceof TransportError)) throw error;
      throw onTheWay(to, alias, error);
    }
  }
}

/** True if a retry may succeed: the connection was dropped before the server sent anything. */
function isPassing(error: unknown): boolean {
  if (error instanceof HandshakeFailed) return isWorthAnotherTry(error.cause, error.handshake);
  return error instanceof Unreachable && codeOf(error.cause) === 'ECONNRESET';
}

function explained(error: unknown): unknown {
  return error instanceof HandshakeFailed ? explainFailure(error) : error;
}

/** A jump host's error as an error of the server behind it. */
function onTheWay(to: Destination, hop: string, error: TransportError): Error {
  const words = `${to.name} is behind the jump host ${hop}: ${error.message}`;
  const cause = { cause: error };
  if (error instanceof HostKeyRefused) {
    return new HostKeyRefused(to.name, words, { ...cause, unknown: error.unknown });
  }
  if (error instanceof LoginRefused) return new LoginRefused(to.name, words, cause);
  if (error instanceof SetupRefused) return new SetupRefused(to.name, words, cause);
  return new Unreachable(to.name, words, cause);
}

function timeUp(to: Destination, stage: string): Unreachable {
  const seconds = to.timeoutMs / 1000;
  return new Unreachable(
    to.name,
    `${describeHost(to.config)} gave no answer within ${seconds} s (waiting for ${stage}): check that it is switched on, and not too busy`,
  );
}
