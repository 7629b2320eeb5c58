import { counted } from '../../../agent/contract/amounts.ts';
import { findHome } from '../../build/home.ts';
import type { Context } from '../../context.ts';
import { checkHubs } from '../../hub/check-hubs.ts';
import { hubViews } from '../../hub/hub-view.ts';
import { pool } from '../../lib/concurrency.ts';
import { paintFor } from '../../ui/text.ts';
import { openAccess, serversOf } from '../access.ts';
import { checkHost } from '../doctor/check-host.ts';
import { checkMachine } from '../doctor/check-machine.ts';
import { doctorExitCode, doctorText, type Report } from '../doctor/doctor-text.ts';
import { pass } from '../doctor/finding.ts';
import { hubFindings } from '../doctor/hub-findings.ts';
import type { DoctorFlags } from '../doctor.ts';
import { inventoryName, loadFleet } from '../load-fleet.ts';

/** What `homelab-deploy doctor` does. */
export async function runDoctor(
  context: Context,
  patterns: string[],
  flags: DoctorFlags,
): Promise<void> {
  const fleet = await loadFleet(context, patterns, { ...flags, all: patterns.length === 0 });
  const servers = await serversOf(context, fleet, flags);
  const { signal } = context;
  const access = openAccess(context, flags);
  const { nodeVersion } = await findHome();
  const asking = { timeoutMs: 10_000, signal };
  const [machine, views, checked, hosts] = await Promise.all([
    checkMachine(signal),
    hubViews(fleet, asking),
    checkHubs(fleet, asking),
    pool(servers, flags.forks, server => checkHost(server, access, { nodeVersion, given: flags })),
  ]);
  const name = await inventoryName(context, flags);
  const inventory = pass(`${name} (${counted(fleet.length, 'server')}, every setting checked)`);
  const own: Report = {
    about: 'This machine',
    findings: [...machine, inventory, ...hubFindings(fleet, views, checked, flags)],
    unreachable: false,
  };
  const reports = hosts.flatMap(report => report ?? []);
  context.exitCode = doctorExitCode([own, ...reports]);
  context.stdout.write(
    flags.json
      ? `${JSON.stringify({ command: 'doctor', exit_code: context.exitCode, reports: [own, ...reports] }, null, 2)}\n`
      : doctorText(own, reports, paintFor(context.stdout, context.env)),
  );
}
