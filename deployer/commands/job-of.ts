import type { Job } from '../engine/job.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import type { Target } from '../remote/transport/transport.ts';
import { renderHost } from '../render/render-host.ts';

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
