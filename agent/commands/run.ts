import { Collection } from '../collectors/collection.ts';
import { loadConfig } from '../config/load-config.ts';
import type { AgentContext, CommandOptions } from '../context.ts';
import { Daemon } from '../daemon/daemon.ts';
import { loadSettings, type SettingsDependencies } from '../daemon/settings.ts';
import { StatusKeeper } from '../daemon/status-keeper.ts';
import { Command } from '../host/command.ts';
import { Host } from '../host/host.ts';
import { findGuid, keepGuid } from '../identity/identity.ts';
import { oldGuid } from '../identity/old-guid.ts';
import { StatusFile } from '../status/status-file.ts';
import { StdoutLog } from '../stdout-log.ts';
import { Notifier } from '../systemd/notifier.ts';
import { version } from '../version.ts';

/** The longest that the last word to systemd may take: the service should end within 2 s. */
const farewell = 1_000;

/** The daemon: beats until it is told to stop. */
export async function run(options: CommandOptions, context: AgentContext): Promise<number> {
  const { clock, env, pid, release } = context;
  const { places, configFile, root } = options;
  const log = new StdoutLog(context.stdout);
  const host = new Host(root);
  const command = new Command(host);
  const notifier = new Notifier(command, env['NOTIFY_SOCKET'], log);
  const dependencies: SettingsDependencies = {
    loadConfig: () => loadConfig(configFile, env, context.hostname),
    findGuid: config => findGuid(config, places.stateDirectory, () => oldGuid(configFile, config)),
    createCollection: config => new Collection({ host, config, command, clock, log }),
    agentVersion: version,
    clock,
  };
  const started = clock.now().toISOString();
  const daemon = new Daemon({
    load: before => loadSettings(dependencies, before),
    wentLive: ({ config, guid }) => {
      log.level = config.log_level;
      return keepGuid(config, guid, places.stateDirectory, log);
    },
    clock,
    log,
    notifier,
    statusFile: new StatusFile(places.statusFile, log),
    statusKeeper: new StatusKeeper({ version, release, pid, started }),
  });
  context.onReload(() => void daemon.reload());
  log.info('Agent started', { version, release });
  await daemon.run(context.stop);
  log.info('Agent stopped');
  await Promise.race([notifier.tell('STOPPING=1', 'STATUS=Stopped'), clock.sleep(farewell)]);
  context.abandon = daemon.stuck() > 0;
  return 0;
}
