import type { Heartbeat } from '../contract/heartbeat.ts';
import type { Command } from '../host/command.ts';
import type { Host } from '../host/host.ts';
import type { Clock } from '../lib/clock.ts';
import { timestamp } from '../lib/timestamp.ts';
import { count, type Flaw } from './apt-count.ts';
import * as lists from './apt-lists.ts';
import type { Warn } from './collector-run.ts';
import type { KeptUpdates } from './kept-updates.ts';

type Updates = Pick<
  Heartbeat,
  'updates_available' | 'security_updates' | 'packages' | 'apt_lists_updated'
>;

/**
 * After a failure or a count with gaps: what is broken stays so for a while, and each attempt uses a core for seconds.
 */
const retryMs = 30 * 60_000;

const staleDays = 7;

/**
 * Updates that apt would install now. apt is asked only when the lists or the installed packages have changed, and
 * `apt update` is never run: fetching is up to the administrator, and the age of the lists is reported.
 */
export class Apt {
  readonly #host: Host;
  readonly #command: Command;
  readonly #clock: Clock;
  readonly #kept: KeptUpdates | undefined;
  #known: Updates['packages'] = null;
  #ranFor = '';
  #seen = '';
  /** When a list was last replaced; it is looked for when something has changed. */
  #replaced: number | null = null;
  #replacedFor = '';
  #flaw: Flaw | null = null;
  /** Why the last count failed. */
  #failure: string | null = null;
  #retryAt: number | null = null;
  #running: Promise<void> | null = null;

  constructor(deps: {
    host: Host;
    command: Command;
    clock: Clock;
    /** Results that outlive a restart of the agent. */
    kept?: KeptUpdates | undefined;
  }) {
    this.#host = deps.host;
    this.#command = deps.command;
    this.#clock = deps.clock;
    this.#kept = deps.kept;
  }

  /**
   * The last good answer, after starting a new simulation where one is due. All null on a host without apt, and the
   * packages left out until they are known.
   * Throws an Error when the last simulation failed and there is no good answer to give.
   *
   * @param wait for a simulation, begun now if need be; else it begins once what it reads has rested for a beat, which
   *   keeps it out of an agent's start, and its answer comes with a later call
   */
  async read(warn: Warn, wait: boolean): Promise<Updates> {
    if (!this.#host.exists('usr/bin/apt-get')) {
      return { updates_available: null, security_updates: null, apt_lists_updated: null };
    }
    this.#startWhenDue(wait);
    if (wait) await this.#running;
    if (this.#failure !== null) {
      if (this.#known == null) throw new Error(this.#failure);
      warn('updates-old', `Updates are those counted before: ${this.#failure}`);
    }
    if (this.#flaw !== null) warn(this.#flaw.code, this.#flaw.text, this.#flaw.subject);
    return { ...this.#answer(), apt_lists_updated: this.#listsUpdated(warn) };
  }

  #answer(): Updates {
    if (this.#known == null) return { updates_available: null, security_updates: null };
    return {
      updates_available: this.#known.length,
      security_updates: this.#known.filter(each => each.is_security).length,
      // An empty list is sent as well: without it the hub keeps its last list.
      packages: this.#known,
    };
  }

  #startWhenDue(atOnce: boolean): void {
    const now = lists.fingerprint(this.#host);
    if (this.#seen === '') this.#recall(now);
    // While an upgrade runs, the status changes from beat to beat.
    const settled = now === this.#seen || atOnce;
    this.#seen = now;
    if (this.#running !== null || !settled) return;
    const retry = this.#retryAt !== null && this.#clock.monotonic() >= this.#retryAt;
    if (now === this.#ranFor && !retry) return;
    this.#ranFor = now;
    this.#running = this.#count(now).finally(() => {
      this.#running = null;
    });
  }

  #recall(fingerprint: string): void {
    const kept = this.#kept?.find(fingerprint) ?? null;
    if (kept === null) return;
    this.#known = kept;
    this.#ranFor = fingerprint;
  }

  async #count(fingerprint: string): Promise<void> {
    try {
      const { packages, flaw } = await count(this.#host, this.#command);
      this.#known = packages;
      this.#flaw = flaw;
      this.#failure = null;
      if (packages !== null && flaw === null) this.#kept?.keep(fingerprint, packages);
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
    }
    const isWhole = this.#failure === null && this.#flaw === null;
    this.#retryAt = isWhole ? null : this.#clock.monotonic() + retryMs;
  }

  #listsUpdated(warn: Warn): string | null {
    if (this.#replacedFor !== this.#seen) {
      this.#replaced = lists.lastReplaced(this.#host);
      this.#replacedFor = this.#seen;
    }
    const updated = lists.updated(this.#host, this.#replaced);
    if (updated === null || Number.isNaN(updated.getTime())) return null;
    const days = (this.#clock.now().getTime() - updated.getTime()) / 86_400_000;
    if (this.#host.live && days > staleDays) {
      const day = timestamp(updated).slice(0, 10);
      warn(
        'apt-lists-old',
        `Package lists are of ${day}, updates may be missing: run apt-get update, or set up unattended updates of the lists`,
      );
    }
    return timestamp(updated);
  }
}
