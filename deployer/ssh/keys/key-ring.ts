import type { ParsedKey } from 'ssh2';
import type { Secret } from '../../inventory/secret.ts';
import type { Deadline } from '../../lib/deadline.ts';
import { planAttempts } from '../node-ssh/attempts.ts';
import { Authenticator } from '../node-ssh/authenticator.ts';
import type { SshConfig } from '../ssh-config.ts';
import type { TransportDeps } from '../transport.ts';
import { readKeyFiles } from './key-files.ts';
import { KeyOpener } from './key-opener.ts';
import { type AgentListing, agentSocket, listAgent } from './ssh-agent.ts';

/** The keys that one login offers, and notes about those that it cannot offer. */
export interface Offer {
  readonly authenticator: Authenticator;
  readonly notes: readonly string[];
}

/** The keys of this run: agents are asked once, passphrases once, for all servers. */
export class KeyRing {
  readonly #deps: TransportDeps;
  readonly #opener: KeyOpener;
  readonly #listings = new Map<string, Promise<AgentListing>>();
  readonly #refused: ParsedKey[] = [];

  constructor(deps: TransportDeps) {
    this.#deps = deps;
    this.#opener = new KeyOpener(deps);
  }

  async authenticator(
    to: { readonly config: SshConfig; readonly password: Secret | undefined },
    deadline: Deadline,
  ): Promise<Offer> {
    const { config, password } = to;
    const files = await readKeyFiles(config, this.#deps);
    const listing = await this.#listing(config);
    const attempts = planAttempts(config, password, files, listing);
    const authenticator = new Authenticator(config.user, attempts, listing, file => {
      // Each answer of the server is progress.
      deadline.enter('the login');
      return file.encrypted ? deadline.paused(this.#opener.open(file)) : this.#opener.open(file);
    });
    return { authenticator, notes: [...files.notes, ...listing.notes] };
  }

  /** Leaves out keys that the agent would not sign with (a refused confirmation), so that the next login skips them. */
  refuse(authenticator: Authenticator): void {
    this.#refused.push(...authenticator.refusedByAgent);
  }

  async #listing(config: SshConfig): Promise<AgentListing> {
    const socket = agentSocket(config, this.#deps);
    const known = this.#listings.get(socket ?? '');
    const asking = known ?? listAgent(socket);
    this.#listings.set(socket ?? '', asking);
    const listing = await asking;
    const isRefused = (key: ParsedKey): boolean =>
      this.#refused.some(other => other.getPublicSSH().equals(key.getPublicSSH()));
    const keys = listing.keys.filter(key => !isRefused(key));
    if (keys.length === listing.keys.length) return listing;
    return { ...listing, keys, notes: [...listing.notes, 'the agent would not sign with a key'] };
  }
}
