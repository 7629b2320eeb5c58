import ssh2, {
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2';
import { expandPath } from '../expand-path.ts';
import type { SshConfig } from '../ssh-config.ts';
import type { TransportDeps } from '../transport.ts';

/** The keys that an agent holds and ssh2 can use; none if no agent answers. */
export interface AgentListing {
  readonly agent: ssh2.OpenSSHAgent | undefined;
  readonly keys: readonly ParsedKey[];
  readonly notes: readonly string[];
}

const NO_AGENT: AgentListing = { agent: undefined, keys: [], notes: [] };
const DEADLINE_MS = 3000;

/** The socket to use: IdentityAgent, which may be `none`, `SSH_AUTH_SOCK` or `$NAME`; else SSH_AUTH_SOCK. */
export function agentSocket(config: SshConfig, deps: TransportDeps): string | undefined {
  const wanted = config.identityAgent ?? 'SSH_AUTH_SOCK';
  if (wanted === 'none') return undefined;
  if (wanted === 'SSH_AUTH_SOCK') return deps.env['SSH_AUTH_SOCK'] || undefined;
  if (wanted.startsWith('$') && !wanted.startsWith('${')) return deps.env[wanted.slice(1)];
  return expandPath(wanted, config, deps);
}

/**
 * Asks an agent for its keys before ssh2 does: the socket of an agent that has ended would make ssh2 emit an
 * error that ends the login, although other keys would do. Never throws and never waits for long.
 */
export async function listAgent(socket: string | undefined): Promise<AgentListing> {
  if (socket === undefined) return NO_AGENT;
  const agent = new ssh2.OpenSSHAgent(socket);
  const keys = await new Promise<ParsedKey[] | undefined>(resolve => {
    const timer = setTimeout(() => resolve(undefined), DEADLINE_MS);
    agent.getIdentities((error, found) => {
      clearTimeout(timer);
      resolve(error ? undefined : (found ?? []).filter(isParsedKey));
    });
  });
  if (keys === undefined) {
    return {
      ...NO_AGENT,
      notes: [`no agent answers at ${socket} (SSH_AUTH_SOCK or IdentityAgent)`],
    };
  }
  return { agent, keys, notes: keys.length === 0 ? [noKeys(socket)] : [] };
}

/** ssh2 leaves out what it does not know, so an agent with a FIDO key alone looks empty. */
function noKeys(socket: string): string {
  return `the agent at ${socket} has no key that node-ssh can use (FIDO keys and certificates: use --transport openssh)`;
}

function isParsedKey(key: unknown): key is ParsedKey {
  return typeof key === 'object' && key !== null && 'getPublicSSH' in key;
}

/** An agent that shows only some of its keys, so that a server does not disconnect after too many wrong ones. */
export class AgentSubset extends ssh2.BaseAgent<ParsedKey> {
  readonly #agent: ssh2.OpenSSHAgent;
  readonly #keys: readonly ParsedKey[];
  readonly #onRefusal: (key: ParsedKey) => void;

  constructor(
    agent: ssh2.OpenSSHAgent,
    keys: readonly ParsedKey[],
    onRefusal: (key: ParsedKey) => void,
  ) {
    super();
    this.#agent = agent;
    this.#keys = keys;
    this.#onRefusal = onRefusal;
  }

  override getIdentities(callback: IdentityCallback<ParsedKey>): void {
    callback(undefined, [...this.#keys]);
  }

  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    const done = typeof options === 'function' ? options : callback;
    const settings = typeof options === 'function' ? {} : options;
    this.#agent.sign(key, data, settings, (error, signature) => {
      if (error) this.#onRefusal(key);
      done?.(error, signature);
    });
  }
}
