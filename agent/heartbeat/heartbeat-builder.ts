import type { Heartbeat } from '../contract/heartbeat.ts';
import type { Config } from '../contract/keys.ts';
import type { Collected } from '../daemon/collecting.ts';
import { timestamp } from '../lib/timestamp.ts';
import { version } from '../version.ts';
import { sanitize } from './sanitize.ts';

/**
 * Makes complete beats that the hub accepts. The list of packages is by far the largest part and the same for hours, so
 * it is only checked again when the collectors give another one.
 */
export class HeartbeatBuilder {
  #given: unknown;
  #checked: Pick<Heartbeat, 'packages'> = {};
  #dropped: readonly string[] = [];

  /** A beat, and the names of what had to be left out of it. */
  assemble(
    { body: { packages, ...rest } }: Collected,
    config: Pick<Config, 'server_id' | 'mode'>,
    guid: string,
    at: Date,
  ): { beat: Heartbeat; dropped: string[] } {
    const identity = {
      server_guid: guid,
      server_id: config.server_id,
      hostname: config.server_id,
      timestamp: timestamp(at),
      agent_version: version,
      agent_mode: config.mode,
    };
    if (packages !== this.#given) this.#check(identity, packages);
    const { beat, dropped } = sanitize({ ...identity, ...rest });
    return { beat: { ...beat, ...this.#checked }, dropped: [...dropped, ...this.#dropped] };
  }

  #check(identity: object, packages: unknown): void {
    const { beat, dropped } = sanitize({ ...identity, packages });
    this.#given = packages;
    this.#checked = packages === undefined ? {} : { packages: beat.packages };
    this.#dropped = dropped;
  }
}
