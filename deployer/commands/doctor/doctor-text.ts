import type { Paint } from '../../ui/text.ts';
import { type Finding, pass } from './finding.ts';

/** What was found out about this machine, or about one server. */
export interface Report {
  readonly about: string;
  readonly findings: readonly Finding[];
  /** Of a server that could not be reached, which is all that is known of it. */
  readonly unreachable: boolean;
}

/**
 * The findings as text. Servers where every check passed share one line, and warnings stand alone; of a server with a
 * failure, and of one that was asked for alone, every check is shown.
 */
export function doctorText(machine: Report, servers: readonly Report[], paint: Paint): string {
  const shown = servers.length === 1 ? servers : [...allPassed(servers), ...servers.map(shorten)];
  const lines = [machine, ...shown].flatMap(report => reportLines(report, paint));
  const fails = failures(machine, ...servers);
  const end = fails === 0 ? 'Ready to push' : `To fix before a push: ${fails}`;
  return `${[...lines, '', end].join('\n')}\n`;
}

/** How many findings would make a push fail. */
function failures(...reports: readonly Report[]): number {
  return reports.flatMap(({ findings }) => findings).filter(({ level }) => level === 'fail').length;
}

/** 1 something would make a push fail, 3 nothing but servers that are unreachable and should be on, 0 neither. */
export function doctorExitCode(reports: readonly Report[]): number {
  const failing = reports.filter(report => failures(report) > 0);
  if (failing.length === 0) return 0;
  return failing.every(({ unreachable }) => unreachable) ? 3 : 1;
}

function allPassed(servers: readonly Report[]): Report[] {
  const well = servers.filter(({ findings }) => findings.every(({ level }) => level === 'pass'));
  if (well.length === 0) return [];
  const names = well.map(({ about }) => about).join(', ');
  return [{ about: 'Servers', findings: [pass(`Every check: ${names}`)], unreachable: false }];
}

function shorten(report: Report): Report {
  if (failures(report) > 0) return report;
  return { ...report, findings: report.findings.filter(({ level }) => level !== 'pass') };
}

function reportLines({ about, findings }: Report, paint: Paint): string[] {
  if (findings.length === 0) return [];
  const words = {
    pass: paint('green', 'pass'),
    warn: paint('yellow', 'warn'),
    fail: paint('red', 'fail'),
  };
  return [
    paint('bold', about),
    ...findings.map(
      ({ level, text }) => `  ${words[level]}  ${text.replaceAll('\n', '\n        ')}`,
    ),
  ];
}
