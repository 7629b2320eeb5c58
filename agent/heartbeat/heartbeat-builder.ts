import type { Heartbeat } from '../contract/heartbeat.ts';
import type { Config } from '../contract/keys.ts';
import { type Warning, warning } from '../contract/warnings.ts';
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

  /** A beat, and the warnings about it, of which one names what had to be left out. */
  assemble(
    { body: { packages, ...rest }, warnings }: Collected,
    config: Pick<Config, 'server_id' | 'mode'>,
    guid: string,
    at: Date,
  ): { beat: Heartbeat; warnings: Warning[] } {
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
    const left = [...dropped, ...this.#dropped];
    return {
      beat: { ...beat, ...this.#checked },
      warnings: left.length === 0 ? [...warnings] : [...warnings, leftOut(left)],
    };
  }

  #check(identity: object, packages: unknown): void {
    const { beat, dropped } = sanitize({ ...identity, packages });
    this.#given = packages;
    this.#checked = packages === undefined ? {} : { packages: beat.packages };
    this.#dropped = dropped;
  }
}

/** Without indexes, which change from beat to beat. */
function leftOut(parts: readonly string[]): Warning {
  const names = new Set(parts.map(part => part.replace(/\[\d+\]/g, '')));
  const text = `Left out of the heartbeat, as the hub would reject all of it: ${[...names].join(', ')}`;
  return warning('element-left-out', text);
}
