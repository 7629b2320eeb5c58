import type { LoadedConfig } from '../config/load-config.ts';
import type { Config } from '../contract/keys.ts';
import { connectFor } from '../heartbeat/connect.ts';
import { Hub } from '../heartbeat/hub.ts';
import type { Identity } from '../identity/identity.ts';
import type { Clock } from '../lib/clock.ts';
import type { Collecting } from './collecting.ts';
import type { StartUpInfo } from './start-up-info.ts';

/** Everything that follows from one configuration. */
export interface Settings {
  readonly loaded: LoadedConfig;
  readonly config: Config;
  readonly identity: Identity;
  readonly hub: Hub;
  readonly collection: Collecting;
}

export interface SettingsDependencies {
  readonly prepare: () => Promise<StartUpInfo>;
  readonly createCollection: (preparation: StartUpInfo) => Collecting;
  readonly agentVersion: string;
  readonly clock: Clock;
}

/**
 * Loads the configuration and creates from it what the daemon works with. The collectors of `before` are kept, with the
 * counters of the last beat, if nothing changed that concerns them.
 * Throws ConfigError when the configuration, or the ca_file that it names, is missing or invalid.
 */
export async function loadSettings(
  dependencies: SettingsDependencies,
  before?: Settings,
): Promise<Settings> {
  const { clock, agentVersion } = dependencies;
  const preparation = await dependencies.prepare();
  const { loaded, identity } = preparation;
  const { config } = loaded;
  const connect = await connectFor(config);
  const serverGuid = identity.server_guid;
  const hub = new Hub({ config, serverGuid, agentVersion, clock, connect });
  if (before !== undefined && collected(before.config) === collected(config)) {
    return { loaded, config, identity, hub, collection: before.collection };
  }
  const collection = dependencies.createCollection(preparation);
  await collection.prime();
  return { loaded, config, identity, hub, collection };
}

function collected({ monitored_services, root_mount, mode }: Config): string {
  return JSON.stringify([monitored_services, root_mount, mode]);
}
