import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { renderHost } from '../plan/config-yaml.ts';
import type { Job } from '../run/job.ts';
import type { Target } from '../ssh/transport.ts';

/** What a push does with one server of the inventory. */
export function jobOf(settings: HostSettings, target: Target): Job {
  const { name, runtime, gateSeconds, requireBeat, keepReleases, optional } = settings;
  return {
    name,
    target,
    config: renderHost(settings)['config.yaml'],
    runtime,
    gateSeconds,
    requireBeat,
    keepReleases,
    optional,
  };
}

/** How to reach a server, for the transports. */
export function targetOf({ name, connection }: HostSettings): Target {
  const { type, host, port, user, privateKeyFile, sshArgs, connectTimeoutMs, become } = connection;
  return {
    name,
    connection: type,
    host,
    port,
    user,
    password: connection.password?.reveal(),
    privateKeyFile,
    sshArgs,
    connectTimeoutMs,
    become: { ...become, password: become.password?.reveal() },
  };
}
