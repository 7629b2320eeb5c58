import type { AuthenticationType, ParsedKey } from 'ssh2';
import { quoted } from '../../../agent/contract/plain-text.ts';
import type { Secret } from '../../inventory/secret.ts';
import { describeKey, hostKey } from '../host-keys/host-key.ts';
import type { KeyFile } from '../keys/key-files.ts';
import { type AgentListing, AgentSubset } from '../keys/ssh-agent.ts';
import type { Attempt } from './attempts.ts';

type Method = Parameters<import('ssh2').NextAuthHandler>[0];

/** Tries the ways to log in for ssh2, and records each failure for the message when none worked. */
export class Authenticator {
  /** What was tried and why it failed, for a message. */
  readonly story: string[] = [];
  /** The methods that the server last said it would accept. */
  accepted: readonly string[] = [];
  /** The steps of the login that the server accepted, although it wants more. */
  readonly passed: string[] = [];
  /** Keys that the agent would not sign with: left out when the login is tried again. */
  readonly refusedByAgent: ParsedKey[] = [];
  readonly #user: string;
  readonly #listing: AgentListing;
  readonly #open: (file: KeyFile) => Promise<ParsedKey | Error>;
  readonly #left: Attempt[];
  #last = '';
  #asked = false;

  constructor(
    user: string,
    attempts: readonly Attempt[],
    listing: AgentListing,
    open: (file: KeyFile) => Promise<ParsedKey | Error>,
  ) {
    this.#user = user;
    this.#left = [...attempts];
    this.#listing = listing;
    this.#open = open;
  }

  /** ssh2's authHandler: called at each step with what the server accepts, returns the next way or `false`. */
  readonly handler = (
    accepted: AuthenticationType[] | null,
    partial: boolean | null,
    next: (method: Method) => void,
  ): void => {
    if (accepted !== null) this.accepted = accepted;
    if (partial === true) this.passed.push(this.#last);
    this.#next().then(
      method => next(method),
      () => next(GIVE_UP),
    );
  };

  async #next(): Promise<Method> {
    for (;;) {
      const index = this.#left.findIndex(attempt => this.#isAccepted(attempt));
      const [attempt] = index < 0 ? [] : this.#left.splice(index, 1);
      if (attempt === undefined) return GIVE_UP;
      const method = await this.#method(attempt);
      if (method !== undefined) return method;
    }
  }

  #isAccepted(attempt: Attempt): boolean {
    if (this.accepted.length === 0) return true;
    return this.accepted.includes(attempt.type === 'agent' ? 'publickey' : attempt.type);
  }

  async #method(attempt: Attempt): Promise<Method | undefined> {
    const username = this.#user;
    switch (attempt.type) {
      case 'none':
        return { type: 'none', username };
      case 'agent':
        return this.#agentMethod(attempt.keys);
      case 'publickey': {
        const key = await this.#open(attempt.file);
        const name = `key ${attempt.file.path}`;
        this.#tried(key instanceof Error ? `${name} (${key.message})` : name);
        return key instanceof Error ? undefined : { type: 'publickey', username, key };
      }
      case 'password':
        this.#tried('password');
        return { type: 'password', username, password: attempt.password.reveal() };
      case 'keyboard-interactive':
        this.#tried('keyboard-interactive with the password');
        return {
          type: 'keyboard-interactive',
          username,
          prompt: (_name, _instructions, _language, prompts, finish) =>
            finish(this.#answers(attempt.password, prompts)),
        };
    }
  }

  #agentMethod(keys: readonly ParsedKey[]): Method | undefined {
    const agent = this.#listing.agent;
    if (agent === undefined) return undefined;
    for (const key of keys) this.#tried(`agent key ${describeAgentKey(key)}`);
    if (keys.length > 1) this.#last = 'a key of the agent';
    const subset = new AgentSubset(agent, keys, key => this.refusedByAgent.push(key));
    return { type: 'agent', username: this.#user, agent: subset };
  }

  #tried(what: string): void {
    this.story.push(what);
    this.#last = what;
  }

  /** Each question is answered at once, or the server would wait for ever; the password is sent once. */
  #answers(
    password: Secret,
    prompts: readonly { prompt: string; echo?: boolean | undefined }[],
  ): string[] {
    return prompts.map(({ prompt, echo }) => {
      if (!this.#asked && echo !== true) {
        this.#asked = true;
        return password.reveal();
      }
      this.story.push(
        `the server also asked ${quoted(prompt.trim())}, which cannot be answered here`,
      );
      return '';
    });
  }
}

/** To ssh2 `false` means "nothing left"; its types leave that out. */
const GIVE_UP = false as unknown as Method;

function describeAgentKey(key: ParsedKey): string {
  const name = describeKey(hostKey(key.getPublicSSH()));
  return key.comment === '' ? name : `${name} (${key.comment})`;
}
