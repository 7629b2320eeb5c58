import { randomBytes } from 'node:crypto';
import { sendTransfer } from '../../apply/send-transfer.ts';
import { installerTransfer } from '../../apply/transfer.ts';
import type { Context } from '../../context.ts';
import { onHosts } from '../../run/on-hosts.ts';
import type { Connection, ExecResult } from '../../ssh/transport.ts';
import { requireTerminal } from '../../ui/confirm.ts';
import { openSource, serversOf } from '../access.ts';
import { confirmPlan } from '../confirm-plan.ts';
import { checkDeletion, confirmDeletion, deleteOnHub, staysOnHub } from '../leave-hub.ts';
import { loadFleet } from '../load-fleet.ts';
import { operator } from '../operator.ts';
import { reportResults } from '../show-results.ts';
import type { UninstallFlags } from '../uninstall.ts';

/** What `homelab-deploy uninstall` does. */
export async function runUninstall(
  context: Context,
  patterns: string[],
  flags: UninstallFlags,
): Promise<void> {
  const fleet = await loadFleet(context, patterns, flags);
  const what = flags.purge ? 'agent, configuration, state and user' : 'agent';
  const question = (hosts: readonly string[]): string =>
    `Remove the ${what} from ${hosts.join(', ')}?`;
  const fromHub = flags.fromHub === true && flags.check !== true;
  if (fromHub && !(await confirmDeletion(context, fleet))) {
    context.stderr.write('Not confirmed, nothing was touched\n');
    context.exitCode = 130;
    return;
  }
  const servers = await serversOf(context, fleet, flags);
  if (!flags.check && !flags.yes) requireTerminal(context, question(fleet.map(({ name }) => name)));
  const { signal } = context;
  const progress = (text: string): void => void context.stderr.write(`${text}\n`);
  const { artifact } = await openSource(context, undefined, progress).build();
  const args = ['--uninstall', ...(flags.purge ? ['--purge'] : []), '--by', operator(context)];
  const ignore = (): void => {};
  const watch = { gateMs: 0, signal, onActivating: ignore, onChange: ignore, onProgress: ignore };
  const uninstalled = await confirmPlan(
    context,
    servers,
    flags,
    question,
    async (on, check, access, emit) => {
      const all = check ? [...args, '--check'] : args;
      const doing = check ? 'looks at what is there' : 'uninstalls';
      const options = { ...access, doing, now: () => performance.now() };
      const work = (connection: Connection): Promise<ExecResult> => {
        const id = randomBytes(8).toString('hex');
        return sendTransfer(connection, installerTransfer(artifact, all, id), { ...watch, check });
      };
      return await onHosts(on, work, options, emit);
    },
  );
  if (uninstalled === null) return;
  const results = fromHub
    ? await deleteOnHub(fleet, uninstalled, signal)
    : flags.fromHub
      ? checkDeletion(fleet, uninstalled, signal)
      : uninstalled;
  reportResults(context, 'uninstall', results, flags);
  if (!flags.check && !fromHub) context.stderr.write(staysOnHub(fleet, results));
}
