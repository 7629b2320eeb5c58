import { aliasOf, configFileArgs, SshConfigReader, sshArguments } from '../ask-ssh.ts';
import {
  type Connection,
  commandTarget,
  type Target,
  type Transport,
  type TransportDeps,
} from '../transport.ts';
import { followJumps } from './jump-chain.ts';
import { NodeSshConnection } from './node-ssh-connection.ts';
import { SessionOpener } from './session-opener.ts';

/** Connects by node-ssh (ssh2), in this process. */
export class NodeSshTransport implements Transport {
  readonly #configs: SshConfigReader;
  readonly #opener: SessionOpener;

  constructor(deps: TransportDeps) {
    this.#configs = new SshConfigReader(deps);
    this.#opener = new SessionOpener(deps, this.#configs);
  }

  async connect(target: Target, signal?: AbortSignal): Promise<Connection> {
    signal?.throwIfAborted();
    const read = await this.#configs.read(aliasOf(target), sshArguments(target));
    const config = { ...read, label: target.name };
    const configArgs = configFileArgs(target);
    // Throws if they form a loop; each hop is looked up again, from memory, when it is dialled.
    await followJumps(this.#configs, config, configArgs);
    const { name, password, connectTimeoutMs: timeoutMs } = target;
    const session = await this.#opener.open(
      { name, config, configArgs, password, timeoutMs },
      signal,
    );
    return new NodeSshConnection(commandTarget(target), config.user, session);
  }
}
