import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { UserError } from '../lib/errors.ts';
import { store } from '../lib/store.ts';
import { renderHost, renderHostMasked } from '../plan/config-yaml.ts';
import { addFleetOptions, type FleetOptions } from './fleet-options.ts';
import { loadFleet } from './load-fleet.ts';

interface Options extends FleetOptions {
  readonly out?: string;
  readonly showSecrets?: boolean;
}

/** `homelab-deploy render`: each host's configuration, as push would put it there. */
export function addRender(program: Command, context: Context): void {
  const command = program
    .command('render')
    .summary("show or write each host's configuration")
    .description("Print each host's config.yaml as push would put it there, or write it with --out")
    .argument('[pattern...]', 'hosts and groups; all of them without one');
  addFleetOptions(command)
    .option('--out <dir>', 'write DIR/HOST/config.yaml, readable by you alone')
    .option('--show-secrets', 'print the secrets too')
    .action(async (patterns: string[], options: Options) => {
      const hosts = await loadFleet(context, patterns, {
        ...options,
        all: patterns.length === 0,
      });
      if (options.out !== undefined) await write(hosts, options.out, context);
      else print(hosts, options, context);
    });
}

function print(hosts: readonly HostSettings[], { showSecrets }: Options, context: Context): void {
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
