import { join } from 'node:path';
import type { Config } from '../contract/keys.ts';
import { deriveGuid } from './derive-guid.ts';
import { type Identity, identityFile, readKept } from './identity.ts';
import { type OldIdentity, otherGuid, takenOverIdentity } from './old-guid.ts';

interface IdentityOptions {
  readonly configFile: string;
  readonly stateDirectory: string;
  /** The hash of the machine-id, where there is one. */
  readonly machine: string | undefined;
  readonly warn: (message: string) => void;
}

/**
 * The identity to beat with. The server_guid is the configuration's; else that of the agent which was just taken over;
 * else the one kept for this server_id; else one in another earlier configuration; else one derived from server_id.
 * Another machine than the one that kept it is reported, as the hub merges the figures of two servers with one GUID without
 * a word. Throws ConfigError when one may be kept but cannot be read: another would make a second server of this one
 */
export async function findIdentity(
  config: Pick<Config, 'server_id' | 'server_guid'>,
  { configFile, stateDirectory, machine, warn }: IdentityOptions,
): Promise<Identity> {
  const { server_id } = config;
  const tolerant = config.server_guid !== undefined;
  const kept = readKept(stateDirectory, warn, tolerant);
  const before = await takenOverIdentity(configFile, config, warn);
  const server_guid =
    config.server_guid ??
    unsettledGuid(before, kept) ??
    (kept?.server_id === server_id ? kept.server_guid : undefined) ??
    before?.guid ??
    (await otherGuid(configFile, config, warn)) ??
    deriveGuid(server_id);
  const same = kept?.server_guid === server_guid && kept.server_id === server_id;
  const keeper = same ? kept.machine : undefined;
  if (keeper !== undefined && machine !== undefined && keeper !== machine) {
    warn(cloneWarning(join(stateDirectory, identityFile), server_id));
  }
  return { server_guid, server_id, machine: machine ?? keeper, takeover: before?.mark };
}

/** The GUID of an agent that was taken over, until a beat has been accepted since. */
function unsettledGuid(before: OldIdentity | undefined, kept: Identity | undefined) {
  return before?.mark === kept?.takeover ? undefined : before?.guid;
}

function cloneWarning(file: string, serverId: string): string {
  return (
    `${file}: Kept on a machine with another /etc/machine-id. If this server is a clone, give it a server_id of its own ` +
    `(and no server_guid of the other's), as the hub takes both for ${serverId}; if it was set up anew, nothing is to be done`
  );
}
