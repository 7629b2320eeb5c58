import type { Paint } from '../../ui/text.ts';
import { type Finding, pass } from './finding.ts';

/** What was found out about this machine, or about one server. */
export interface Report {
  readonly about: string;
  readonly findings: readonly Finding[];
}

/**
 * The findings as text. Servers where every check passed share one line, and warnings stand alone; of a server with a
 * failure, and of one that was asked for alone, every check is shown.
 */
export function doctorText(machine: Report, servers: readonly Report[], paint: Paint): string {
  const shown = servers.length === 1 ? servers : [...allPassed(servers), ...servers.map(shorten)];
  const lines = [machine, ...shown].flatMap(report => reportLines(report, paint));
  const fails = [machine, ...servers].reduce((sum, { findings }) => sum + failures(findings), 0);
  const end = fails === 0 ? 'Ready to push' : `To fix before a push: ${fails}`;
  return `${[...lines, '', end].join('\n')}\n`;
}

/** How many of the findings would make a push fail. */
export function failures(findings: readonly Finding[]): number {
  return findings.filter(({ level }) => level === 'fail').length;
}

function allPassed(servers: readonly Report[]): Report[] {
  const well = servers.filter(({ findings }) => findings.every(({ level }) => level === 'pass'));
  if (well.length === 0) return [];
  const names = well.map(({ about }) => about).join(', ');
  return [{ about: 'Servers', findings: [pass(`Every check: ${names}`)] }];
}

function shorten({ about, findings }: Report): Report {
  if (failures(findings) > 0) return { about, findings };
  return { about, findings: findings.filter(({ level }) => level !== 'pass') };
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
