import { ConfigError } from '../config/config-error.ts';
import type { Log } from '../lib/log.ts';
import type { Notifier } from './notifier.ts';
import type { Settings } from './settings.ts';

/** Logs what was loaded, with its warnings. */
export function announce(settings: Settings, log: Log): void {
  const { loaded, config, identity } = settings;
  for (const warning of loaded.warnings) log.warning('Configuration warning', { at: warning });
  log.info('Configuration loaded', {
    from: loaded.source,
    server_id: config.server_id,
    server_guid: identity.server_guid,
    hub: config.hub_url,
    interval_seconds: config.heartbeat_interval,
  });
}

/** Makes a new configuration live. An invalid one is logged; nothing is if the agent ends meanwhile. */
export async function tryReload(
  change: () => Promise<void>,
  stopped: () => boolean,
  notifier: Notifier,
  log: Log,
): Promise<void> {
  await notifier.tell('RELOADING=1');
  try {
    await change();
    await notifier.tell('READY=1', 'STATUS=Configuration reloaded');
  } catch (error) {
    if (stopped()) return;
    const known = error instanceof ConfigError;
    const problems = known ? error.problems : [String((error as Error).stack ?? error)];
    for (const problem of problems) log.error('Configuration rejected', { at: problem });
    log.warning('The previous configuration stays in use');
    await notifier.tell(
      'READY=1',
      'STATUS=New configuration rejected, the previous one stays in use',
    );
  }
}
