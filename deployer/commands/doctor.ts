import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addFleetOptions, addJsonOption, type FleetOptions } from './fleet-options.ts';
import { addRemoteOptions, type RemoteOptions } from './remote-options.ts';

export interface DoctorFlags extends FleetOptions, RemoteOptions {
  readonly json?: boolean;
}

/** `homelab-deploy doctor`: what would make a push fail. */
export function addDoctor(program: Command, context: Context): void {
  const command = program
    .command('doctor')
    .summary('check what would make a push fail')
    .description(
      'Check this machine, then each server: name, reach, host key, login, sudo, architecture, systemd, space, clock, whether the hub answers from there, and whether a Python agent is in place. With the name of a single server every check is listed. Changes nothing.',
    )
    .argument('[host...]', 'hosts, groups or patterns of the inventory (default: all)');
  addFleetOptions(command);
  addJsonOption(addRemoteOptions(command)).action(async (hosts: string[], flags: DoctorFlags) =>
    (await import('./actions/doctor.ts')).runDoctor(context, hosts, flags),
  );
}
