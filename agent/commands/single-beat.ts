import { Collection } from '../collectors/collection.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import type { AgentContext, CommandOptions } from '../context.ts';
import type { Heartbeat } from '../contract/heartbeat.ts';
import { WarningLog } from '../daemon/warning-log.ts';
import { HeartbeatBuilder } from '../heartbeat/heartbeat-builder.ts';
import { Command } from '../host/command.ts';
import { Host } from '../host/host.ts';
import { findGuid } from '../identity/identity.ts';
import { oldGuid } from '../identity/old-guid.ts';
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
  const old = () => oldGuid(configFile, config, warn);
  const guid = await findGuid(config, places.stateDirectory, old, warn);
  const host = new Host(root);
  const { clock } = context;
  const collection = new Collection({ host, config, command: new Command(host), clock, log });
  const at = clock.now();
  const collected = await collection.collectWhole();
  context.abandon = collection.stuck() > 0;
  const { beat, warnings } = new HeartbeatBuilder().assemble(collected, config, guid, at);
  new WarningLog(log).report(warnings);
  return { beat, loaded, guid };
}
