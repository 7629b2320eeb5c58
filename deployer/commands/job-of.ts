import type { Job } from '../engine/job.ts';
import { UserError } from '../errors.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import type { Target } from '../remote/transport/transport.ts';
import { renderHost } from '../render/render-host.ts';

/** What a push does with one server of the inventory. Throws UserError for a server that is to have no agent. */
export function jobOf(settings: HostSettings, target: Target): Job {
  if (settings.state === 'absent') {
    throw new UserError(
      `${settings.name}: Expected homelab_agent_state: present, found absent: take the agent away with "homelab-deploy uninstall ${settings.name}", or leave the server out with a pattern such as 'all:!${settings.name}'`,
    );
  }
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
