import { StartLimit } from '../../lib/concurrency.ts';
import { Deadline } from '../../lib/deadline.ts';
import { pauseAfter } from '../../lib/waiting.ts';
import { aliasOf, configFileArgs, SshConfigReader, sshArguments } from '../ask-ssh.ts';
import { LoginRefused, type TransportError, Unreachable } from '../errors.ts';
import { explainShell } from '../explain-shell.ts';
import { describeHost } from '../host-keys/judge-host-key.ts';
import { type KeyFile, readKeyFiles } from '../keys/key-files.ts';
import { KeyOpener } from '../keys/key-opener.ts';
import { agentSocket, listAgent } from '../keys/ssh-agent.ts';
import { followJumps } from '../node-ssh/jump-chain.ts';
import type { SshConfig } from '../ssh-config.ts';
import {
  type Connection,
  commandTarget,
  type Target,
  type Transport,
  type TransportDeps,
} from '../transport.ts';
import type { Route } from './arguments.ts';
import type { AskpassAnswer } from './askpass.ts';
import { OpensshConnection } from './connection.ts';
import { explainOpenssh, withoutUsual } from './explain-openssh.ts';
import { MasterEnded, OpensshMaster } from './master.ts';

const MOST_STARTS = 4;
const TRIES = 4;

/** Connects by OpenSSH's own client, with all that it supports (FIDO keys, certificates, …), one process a server. */
export class OpensshTransport implements Transport {
  readonly #deps: TransportDeps;
  readonly #configs: SshConfigReader;
  readonly #opener: KeyOpener;
  readonly #starts = new StartLimit(MOST_STARTS);

  constructor(deps: TransportDeps) {
    this.#deps = deps;
    this.#configs = new SshConfigReader(deps);
    this.#opener = new KeyOpener(deps);
  }

  async connect(target: Target, signal?: AbortSignal): Promise<Connection> {
    signal?.throwIfAborted();
    const read = await this.#configs.read(aliasOf(target), sshArguments(target));
    const config = { ...read, label: target.name };
    const hops = await followJumps(this.#configs, config, configFileArgs(target));
    const key = [config.hostname, config.port, config.proxyJump, config.proxyCommand].join(' ');
    return this.#starts.run(key, () => this.#connect({ target, config, hops }, signal), signal);
  }

  async #connect(route: Route, signal: AbortSignal | undefined): Promise<Connection> {
    const { target, config, hops } = route;
    // ssh itself limits the first step (ConnectTimeout), and says nothing of the others: as long again for each.
    const ms = target.connectTimeoutMs * 2 * (1 + hops.length);
    const deadline = new Deadline(ms, () => timeUp(target, config, ms), signal);
    deadline.start();
    const password: AskpassAnswer[] =
      target.password === undefined ? [] : [{ question: 'assword', secret: target.password }];
    try {
      return await this.#start(route, [], password, deadline);
    } catch (error) {
      // The passphrase of a key is asked for only when no other key was accepted.
      if (!(error instanceof LoginRefused)) throw error;
      const found = [config, ...hops.map(hop => hop.config)].map(own =>
        this.#passphrases(own, deadline),
      );
      const passphrases = (await Promise.all(found)).flat();
      if (passphrases.length === 0) throw error;
      return await this.#start(route, passphrases, password, deadline);
    } finally {
      deadline.stop();
    }
  }

  async #start(
    route: Route,
    passphrases: readonly AskpassAnswer[],
    password: readonly AskpassAnswer[],
    deadline: Deadline,
  ): Promise<Connection> {
    const { target, config } = route;
    const secrets = { passphrases: passphrases.length > 0, password: password.length > 0 };
    const answers = [...passphrases, ...password];
    for (let tries = 1; ; tries += 1) {
      try {
        const { signal } = deadline;
        const master = await OpensshMaster.start(this.#deps, route, secrets, answers, signal);
        return new OpensshConnection(this.#deps, commandTarget(target), config, master);
      } catch (error) {
        if (!(error instanceof MasterEnded)) throw error;
        const { notes } = await readKeyFiles(config, this.#deps);
        const explained = explain(target.name, config, error, notes);
        if (tries >= TRIES || !isPassing(explained, error.message)) throw explained;
        await pauseAfter(tries, deadline.signal);
      }
    }
  }

  async #passphrases(config: SshConfig, deadline: Deadline): Promise<AskpassAnswer[]> {
    const { files } = await readKeyFiles(config, this.#deps);
    const { keys } = await listAgent(agentSocket(config, this.#deps));
    const inAgent = (file: KeyFile): boolean =>
      keys.some(key => file.publicKey?.blob.equals(key.getPublicSSH()) === true);
    const answers: AskpassAnswer[] = [];
    for (const file of files.filter(one => one.encrypted && !inAgent(one))) {
      const secret = await deadline.paused(this.#opener.passphrase(file));
      // ssh shortens long paths in its question.
      if (!(secret instanceof Error)) answers.push({ question: file.path.slice(0, 90), secret });
      else throw loginRefused(config, file, secret);
    }
    return answers;
  }
}

function explain(
  name: string,
  config: SshConfig,
  { message, instead }: MasterEnded,
  notes: readonly string[],
): TransportError {
  if (instead === undefined) return explainOpenssh(name, config, message, notes);
  return explainShell(
    name,
    config.user,
    instead.how,
    `${withoutUsual(message)}\n${instead.output}`,
  );
}

/** Dropped before the server sent anything: it has no free slot (MaxStartups), or is starting. */
function isPassing(explained: TransportError, words: string): boolean {
  return (
    explained instanceof Unreachable && /kex_exchange_identification|Connection reset/.test(words)
  );
}

function loginRefused(config: SshConfig, file: KeyFile, reason: Error): LoginRefused {
  const text = `${describeHost(config)} refused the login of ${config.user}: key ${file.path} (${reason.message})`;
  return new LoginRefused(config.label, text);
}

function timeUp(target: Target, config: SshConfig, ms: number): Unreachable {
  return new Unreachable(
    target.name,
    `${describeHost(config)} gave no answer within ${ms / 1000} s: check that it is switched on, and not too busy`,
  );
}
