import { Collection } from '../collectors/collection.ts';
import { StorageMemory } from '../collectors/storage/storage-memory.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import type { AgentContext, CommandOptions } from '../context.ts';
import type { Heartbeat } from '../contract/heartbeat.ts';
import { WarningLog } from '../daemon/warning-log.ts';
import { HeartbeatBuilder } from '../heartbeat/heartbeat-builder.ts';
import { Command } from '../host/command.ts';
import { Host } from '../host/host.ts';
import { findIdentity } from '../identity/find-identity.ts';
import { StdoutLog } from '../lib/log.ts';

/** One complete heartbeat as the daemon makes it, waiting for every figure. Writes nothing to the host. */
export async function singleBeat(
  { root, places, configFile }: CommandOptions,
  context: AgentContext,
): Promise<{ beat: Heartbeat; loaded: LoadedConfig; guid: string }> {
  const log = new StdoutLog(context.stderr, 'warning');
  const loaded = await loadConfig(configFile, context.env, context.hostname);
  const warn = (at: string): void => log.warning('Configuration warning', { at });
  loaded.warnings.forEach(warn);
  const { config } = loaded;
  const { stateDirectory } = places;
  const about = { configFile, stateDirectory, machine: undefined, warn };
  const { server_guid: guid } = await findIdentity(config, about);
  const host = new Host(root);
  const { clock } = context;
  const command = new Command(host);
  const storageMemory = new StorageMemory(places.storageFile, { writes: false });
  const collection = new Collection({ host, config, command, clock, log, storageMemory });
  const at = clock.now();
  const collected = await collection.collectWhole();
  context.abandon = collection.stuck() > 0;
  const { beat, warnings } = new HeartbeatBuilder().assemble(collected, config, guid, at);
  new WarningLog(log).report(warnings);
  return { beat, loaded, guid };
}
