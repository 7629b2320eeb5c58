import type { Config } from '../config/schema.ts';
import { conform } from '../heartbeat/conform.ts';
import type { Heartbeat } from '../heartbeat/heartbeat.ts';
import { version } from '../version.ts';
import type { Collected } from './collecting.ts';

/** A whole beat as the hub takes it, and the names of what had to be left out of it. */
export function assemble(
  collected: Collected,
  config: Pick<Config, 'server_id' | 'mode'>,
  guid: string,
  at: Date,
): { beat: Heartbeat; dropped: string[] } {
  return conform({
    server_guid: guid,
    server_id: config.server_id,
    hostname: config.server_id,
    timestamp: at.toISOString(),
    agent_version: version,
    agent_mode: config.mode,
    ...collected.body,
  });
}
