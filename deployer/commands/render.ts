import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addFleetOptions, type FleetOptions } from './fleet-options.ts';

export interface RenderFlags extends FleetOptions {
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
    .action(async (patterns: string[], options: RenderFlags) =>
      (await import('./actions/render.ts')).runRender(context, patterns, options),
    );
}
