import type { Job } from '../engine/job.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { renderHost } from '../render/render-host.ts';
import { targetOf } from './target-of.ts';

/** What a push does with one server of the inventory. */
export function jobOf(settings: HostSettings): Job {
  const { name, runtime, gateSeconds, requireBeat, keepReleases, optional } = settings;
  return {
    name,
    target: targetOf(settings),
    config: renderHost(settings)['config.yaml'],
    runtime,
    gateSeconds,
    requireBeat,
    keepReleases,
    optional,
  };
}
