import { read as askCpu } from '../collectors/live-cpu-info.ts';
import { ConfigError } from '../config/config-error.ts';
import { loadConfig } from '../config/load-config.ts';
import { type AgentContext, type CommandOptions, configExit } from '../context.ts';
import type { StartUpInfo } from '../daemon/start-up-info.ts';
import { checkAuthority } from '../heartbeat/check-authority.ts';
import { Host } from '../host/host.ts';
import { machineHash } from '../identity/derive-guid.ts';
import { findIdentity } from '../identity/find-identity.ts';

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
  const { stateDirectory } = places;
  const machine = machineHash(new Host(root));
  const identity = await findIdentity(config, { configFile, stateDirectory, machine, warn });
  const cpu = root === '/' ? await askCpu(clock).catch(() => null) : null;
  return { loaded: { ...loaded, warnings }, identity, cpu };
}
