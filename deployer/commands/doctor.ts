import type { Command } from 'commander';
import { findHome } from '../build/home.ts';
import type { Context } from '../context.ts';
import { checkHubs } from '../hub/check-hubs.ts';
import { hubViews } from '../hub/hub-view.ts';
import { pool } from '../lib/concurrency.ts';
import { type Paint, paintFor } from '../ui/text.ts';
import { checkHost } from './doctor/check-host.ts';
import { checkMachine } from './doctor/check-machine.ts';
import { type Finding, pass } from './doctor/finding.ts';
import { hubFindings } from './doctor/hub-findings.ts';
import { addFleetOptions, addJsonOption, type FleetOptions } from './fleet-options.ts';
import { inventoryName, loadFleet } from './load-fleet.ts';
import { addRemoteOptions, openAccess, type RemoteOptions, serversOf } from './remote-options.ts';

interface DoctorFlags extends FleetOptions, RemoteOptions {
  readonly json?: boolean;
}

interface Report {
  readonly about: string;
  readonly findings: readonly Finding[];
}

/** `homelab-deploy doctor`: what would make a push fail. */
export function addDoctor(program: Command, context: Context): void {
  const command = program
    .command('doctor')
    .summary('check what would make a push fail')
    .description(
      'Check this machine, then each server: name, reach, host key, login, sudo, architecture, systemd, space, clock, whether the hub answers from there, and whether a Python agent is in place. Changes nothing.',
    )
    .argument('[host...]', 'hosts, groups or patterns of the inventory (default: all)');
  addFleetOptions(command);
  addJsonOption(addRemoteOptions(command)).action((hosts: string[], flags: DoctorFlags) =>
    runDoctor(context, hosts, flags),
  );
}

async function runDoctor(context: Context, patterns: string[], flags: DoctorFlags): Promise<void> {
  const fleet = await loadFleet(context, patterns, { ...flags, all: patterns.length === 0 });
  const servers = await serversOf(context, fleet, flags);
  const { signal } = context;
  const access = openAccess(context, flags);
  const { nodeVersion } = await findHome();
  const name = await inventoryName(context, flags);
  const asking = { timeoutMs: 10_000, signal };
  const [machine, views, checked, hosts] = await Promise.all([
    checkMachine(signal),
    hubViews(fleet, asking),
    checkHubs(fleet, asking),
    pool(servers, flags.forks, async (server): Promise<Report> => {
      const findings = await checkHost(server, access, nodeVersion);
      return { about: server.settings.name, findings };
    }),
  ]);
  const inventory = pass(`${name} (${fleet.length} servers, every setting checked)`);
  const reports: Report[] = [
    {
      about: 'This machine',
      findings: [...machine, inventory, ...hubFindings(fleet, views, checked)],
    },
    ...hosts.flatMap(report => report ?? []),
  ];
  const fail = reports.flatMap(({ findings }) => findings.filter(({ level }) => level === 'fail'));
  context.exitCode = fail.length === 0 ? 0 : 1;
  context.stdout.write(
    flags.json
      ? `${JSON.stringify({ command: 'doctor', exit_code: context.exitCode, reports }, null, 2)}\n`
      : text(reports, fail.length, paintFor(context.stdout, context.env)),
  );
}

function text(reports: readonly Report[], fail: number, paint: Paint): string {
  const words = {
    pass: paint('green', 'pass'),
    warn: paint('yellow', 'warn'),
    fail: paint('red', 'fail'),
  };
  const lines = reports.flatMap(({ about, findings }) => [
    paint('bold', about),
    ...findings.map(
      finding => `  ${words[finding.level]}  ${finding.text.replaceAll('\n', '\n        ')}`,
    ),
  ]);
  const sum = fail === 0 ? 'Ready to push' : `To fix before a push: ${fail}`;
  return `${[...lines, '', sum].join('\n')}\n`;
}
