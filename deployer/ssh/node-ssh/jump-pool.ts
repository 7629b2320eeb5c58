import type { Ssh2Session } from './ssh2-session.ts';

/** One use of a jump host's connection, to be released once. */
export interface Lease {
  readonly session: Ssh2Session;
  release(): void;
}

interface Shared {
  readonly opening: Promise<Ssh2Session>;
  users: number;
}

/** Connections through one jump host connection at a time; more would run into its limits. */
const MOST_USERS = 10;

/** Connections to jump hosts that several servers share; closed when the last server has ended. */
export class JumpPool {
  readonly #shared = new Map<string, Shared[]>();

  /** The connection under `key`; `open` is called if there is none yet. Throws what `open` throws. */
  async lease(key: string, open: () => Promise<Ssh2Session>): Promise<Lease> {
    const list = this.#shared.get(key) ?? [];
    this.#shared.set(key, list);
    let shared = list.find(candidate => candidate.users < MOST_USERS);
    if (shared === undefined) {
      shared = { opening: open(), users: 0 };
      list.push(shared);
    }
    const mine = shared;
    mine.users += 1;
    const release = once(() => {
      mine.users -= 1;
      if (mine.users > 0) return;
      forget(list, mine);
      mine.opening.then(session => session.close()).catch(() => {});
    });
    try {
      const session = await mine.opening;
      session.lost.addEventListener('abort', () => forget(list, mine), { once: true });
      return { session, release };
    } catch (error) {
      forget(list, mine);
      throw error;
    }
  }
}

function forget(list: Shared[], shared: Shared): void {
  const index = list.indexOf(shared);
  if (index >= 0) list.splice(index, 1);
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}
