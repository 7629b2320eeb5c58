import { Secret } from '../inventory/secret.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { renderHost } from '../plan/config-yaml.ts';
import type { Job } from '../run/job.ts';
import type { Target } from '../ssh/transport.ts';

/** A server of the inventory that a command works on: what is set for it, and how to reach it. */
export interface Server {
  readonly settings: HostSettings;
  readonly target: Target;
}

/**
 * A server with its target. As in Ansible, a sudo password in the inventory wins over the one that was typed, and an
 * empty one there says that sudo wants none.
 */
export function serverOf(settings: HostSettings, typedPassword: string | undefined): Server {
  const { name, connection } = settings;
  const { type, become, ...rest } = connection;
  const { asks: _, ...sudo } = become;
  const typed = typedPassword === undefined ? undefined : new Secret(typedPassword);
  const sudoPassword = become.password ?? typed;
  const asksForNone = sudoPassword?.reveal() === '';
  const target: Target = {
    ...rest,
    name,
    connection: type,
    become: { ...sudo, password: asksForNone ? undefined : sudoPassword },
  };
  return { settings, target };
}

/** What a push does with it. `refusals` has the servers that the hub would refuse, with the reason. */
export function jobOf({ settings, target }: Server, refusals: ReadonlyMap<string, string>): Job {
  const { name, runtime, gateSeconds, requireBeat, keepReleases, despiteStorage, optional } =
    settings;
  const config = renderHost(settings)['config.yaml'];
  const refusal = refusals.get(name) ?? null;
  const release = { config, agent: settings, runtime, keepReleases };
  const gate = { gateSeconds, requireBeat };
  return { name, target, ...release, ...gate, despiteStorage, optional, refusal };
}
