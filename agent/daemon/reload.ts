import { ConfigError } from '../config/config-error.ts';
import type { Log } from '../lib/log.ts';
import type { Notifier } from './notifier.ts';
import type { Settings } from './settings.ts';

/** Logs what was loaded, and what its owner should know of it. */
export function announce(settings: Settings, log: Log): void {
  const { loaded, config, guid } = settings;
  for (const warning of loaded.warnings) log.warning('Configuration to look at', { at: warning });
  log.info('Configuration loaded', {
    from: loaded.source,
    server_id: config.server_id,
    server_guid: guid,
    hub: config.hub_url,
    interval_seconds: config.heartbeat_interval,
  });
}

/** Loads anew; undefined where the new configuration is wrong, which is told. */
export async function tryReload(
  load: () => Promise<Settings>,
  notifier: Notifier,
  log: Log,
): Promise<Settings | undefined> {
  await notifier.tell('RELOADING=1');
  try {
    const settings = await load();
    await notifier.tell('READY=1', 'STATUS=Configuration reloaded');
    return settings;
  } catch (error) {
    const known = error instanceof ConfigError;
    const problems = known ? error.problems : [String((error as Error).stack ?? error)];
    for (const problem of problems) log.error('Configuration refused', { at: problem });
    log.warning('Going on with the configuration that was loaded before');
    await notifier.tell('READY=1', 'STATUS=New configuration refused, going on with the old one');
    return undefined;
  }
}
