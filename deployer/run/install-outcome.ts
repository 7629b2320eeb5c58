import { plainLines } from '../../agent/contract/plain-text.ts';
import { type InstallReport, parseInstall } from '../apply/install-report.ts';
import type { ExecResult } from '../ssh/transport.ts';
import type { Outcome } from './result.ts';

export interface InstallOutcome extends InstallReport {
  readonly outcome: Outcome;
  readonly reason: string | null;
}

/** The result that the installer's exit code and output mean for the push. */
export function installOutcome({ code, stdout, stderr }: ExecResult): InstallOutcome {
  const report = parseInstall(plainLines(stdout), plainLines(stderr));
  const said = report.said.slice(-5).join('\n');
  if (code === 0 && (report.result === 'unchanged' || report.result === 'changed')) {
    return { ...report, outcome: report.result, reason: null };
  }
  if (code === 1 && report.result === 'rolled-back') {
    const reason = said || 'The new release did not become ready; the old one runs again';
    return { ...report, outcome: 'rolled-back', reason };
  }
  const fallback =
    code === 75
      ? 'Another installation is under way there: run this again when it has ended'
      : `The installer ended with exit code ${code}: see "homelab-deploy logs HOST --deploys"`;
  return { ...report, outcome: 'failed', reason: said || fallback };
}
