import { join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import type { HostSettings } from '../../inventory/settings/host-settings.ts';
import { UserError } from '../../lib/errors.ts';
import { store } from '../../lib/store.ts';
import { renderHost, renderHostMasked } from '../../plan/config-yaml.ts';
import { loadFleet } from '../load-fleet.ts';
import type { RenderFlags } from '../render.ts';

/** What `homelab-deploy render` does. */
export async function runRender(
  context: Context,
  patterns: string[],
  options: RenderFlags,
): Promise<void> {
  const hosts = await loadFleet(context, patterns, {
    ...options,
    all: patterns.length === 0,
  });
  if (options.out !== undefined) await write(hosts, options.out, context);
  else print(hosts, options, context);
}

function print(
  hosts: readonly HostSettings[],
  { showSecrets }: RenderFlags,
  context: Context,
): void {
  const files = hosts.map(host => {
    const text = (showSecrets ? renderHost(host) : renderHostMasked(host))['config.yaml'];
    return hosts.length === 1 ? text : `--- # ${host.name}\n${text}`;
  });
  context.stdout.write(files.join(''));
  if (!showSecrets) {
    context.stderr.write('Secrets are masked: --show-secrets prints them, --out DIR writes them\n');
  }
}

async function write(hosts: readonly HostSettings[], out: string, context: Context): Promise<void> {
  for (const host of hosts) {
    if (/^\.{0,2}$|\//.test(host.name)) {
      throw new UserError(`Expected a host's name that can be a directory, found ${host.name}`);
    }
  }
  for (const host of hosts) {
    const file = join(out, host.name, 'config.yaml');
    await store(resolve(context.cwd, file), renderHost(host)['config.yaml'], { secret: true });
    context.stdout.write(`${file}\n`);
  }
}
