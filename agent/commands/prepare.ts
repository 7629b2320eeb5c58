import { read as askCpu } from '../collectors/live-cpu-info.ts';
import { ConfigError } from '../config/config-error.ts';
import { loadConfig } from '../config/load-config.ts';
import { type AgentContext, type CommandOptions, configExit } from '../context.ts';
import type { StartUpInfo } from '../daemon/start-up-info.ts';
import { checkAuthority } from '../heartbeat/check-authority.ts';
import { Host } from '../host/host.ts';
import { machineHash } from '../identity/derive-guid.ts';
import { findGuid, keepGuid } from '../identity/identity.ts';
import { oldGuid } from '../identity/old-guid.ts';

/** Run by the daemon itself: prints as JSON what a start or a reload needs. */
export async function prepare(options: CommandOptions, context: AgentContext): Promise<number> {
  try {
    context.stdout.write(JSON.stringify(await find(options, context)));
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    context.stdout.write(JSON.stringify({ problems: error.problems }));
    return configExit;
  }
}

async function find(
  { root, places, configFile }: CommandOptions,
  { env, hostname, clock }: AgentContext,
): Promise<StartUpInfo> {
  const loaded = await loadConfig(configFile, env, hostname);
  const { config, source } = loaded;
  checkAuthority(config, source);
  const warnings = [...loaded.warnings];
  const warn = (message: string): void => void warnings.push(message);
  const old = () => oldGuid(configFile, config, warn);
  const guid = await findGuid(config, places.stateDirectory, old, warn);
  const machine = machineHash(new Host(root));
  warnings.push(...(await keepGuid(config, guid, places.stateDirectory, machine)));
  const cpu = root === '/' ? await askCpu(clock).catch(() => null) : null;
  return { loaded: { ...loaded, warnings }, guid, cpu };
}
