import { Collection } from '../collectors/collection.ts';
import { KeptUpdates } from '../collectors/kept-updates.ts';
import { StorageMemory } from '../collectors/storage/storage-memory.ts';
import type { AgentContext, CommandOptions } from '../context.ts';
import { Daemon } from '../daemon/daemon.ts';
import { HeapTrimmer } from '../daemon/heap-trimmer.ts';
import { Notifier } from '../daemon/notifier.ts';
import { otherInstance } from '../daemon/other-instance.ts';
import { loadSettings, type SettingsDependencies } from '../daemon/settings.ts';
import { loadStartUpInfo } from '../daemon/start-up-info.ts';
import { StatusFile } from '../daemon/status-file.ts';
import { StatusKeeper } from '../daemon/status-keeper.ts';
import { Command } from '../host/command.ts';
import { Host } from '../host/host.ts';
import { keepIdentity } from '../identity/identity.ts';
import { StdoutLog } from '../lib/log.ts';
import { timestamp } from '../lib/timestamp.ts';
import { within } from '../lib/within.ts';
import { version } from '../version.ts';

/** The time limit of the last message to systemd: the service should end within 2 s. */
const farewell = 1_000;

/** The daemon: sends heartbeats until it is stopped. */
export async function run(options: CommandOptions, context: AgentContext): Promise<number> {
  const { clock, env, pid, release, stop } = context;
  const { places, configFile, root } = options;
  const other = otherInstance(places.statusFile, pid);
  if (other !== null) {
    context.stderr.write(
      `Expected no other agent on this server, found process ${other}: stop it first (systemctl stop homelab-agent)\n`,
    );
    return 1;
  }
  const log = new StdoutLog(context.stdout);
  const host = new Host(root);
  const command = new Command(host);
  // Commands run on this machine, whatever host --root stands for.
  const here = new Command(new Host('/'));
  const notifier = new Notifier(here, env, log);
  const keptUpdates = new KeptUpdates(places.updatesFile);
  const storageMemory = new StorageMemory(places.storageFile, { writes: true });
  const dependencies: SettingsDependencies = {
    prepare: () =>
      loadStartUpInfo(here, context.self, ['--config', configFile, '--root', root], env, stop),
    createCollection: ({ loaded: { config }, cpu }) =>
      new Collection({
        host,
        config,
        command,
        clock,
        log,
        askCpu: async () => cpu,
        keptUpdates,
        storageMemory,
      }),
    agentVersion: version,
    clock,
  };
  const started = timestamp(clock.now());
  const daemon = new Daemon({
    load: before => loadSettings(dependencies, before),
    wentLive: ({ config }) => {
      log.level = config.log_level;
    },
    keep: identity => keepIdentity({ ...identity, release }, places.stateDirectory),
    clock,
    log,
    notifier,
    statusFile: new StatusFile(places.statusFile, log, {
      isMadeAtStart: Boolean(env['RUNTIME_DIRECTORY']),
    }),
    statusKeeper: new StatusKeeper({ version, release, pid, started }),
    reclaim: new HeapTrimmer(globalThis.gc),
  });
  context.onReload(() => void daemon.reload());
  log.info('Agent started', { version, release });
  await daemon.run(stop);
  log.info('Agent stopped');
  const notified = notifier.tell('STOPPING=1', 'STATUS=Stopped');
  // A running timer would delay the end of the process.
  await within(notified, { clock, ms: farewell, late: () => new Error('Not notified') }).catch(
    () => {},
  );
  context.abandon = daemon.stuck() > 0;
  return 0;
}
