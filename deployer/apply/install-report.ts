/** The output of install-agent.sh, parsed. */
export interface InstallReport {
  /** What it changed. */
  readonly changes: readonly string[];
  /** The journal's last lines, if a release did not become ready. */
  readonly journal: readonly string[];
  readonly result: 'unchanged' | 'changed' | 'rolled-back' | 'failed' | null;
  /** The release that it activated, and the one before; null if it activated none. */
  readonly activated: { readonly release: string; readonly previous: string } | null;
  /** Its errors and warnings. */
  readonly said: readonly string[];
}

/**
 * Reads the installer's output:
 *
 *     ok: user homelab-agent
 *     changed: release 0.1.0-ab12cd34 (before: 0.1.0-99887766)
 *     journal: <3>Cannot read the configuration
 *     result: changed
 */
export function parseInstall(stdout: string, stderr: string): InstallReport {
  const changes: string[] = [];
  const journal: string[] = [];
  const said: string[] = [];
  let result: InstallReport['result'] = null;
  for (const line of stdout.split('\n')) {
    const [, key, value = ''] = /^(changed|ok|journal|result): ?(.*)$/.exec(line) ?? [];
    if (key === 'changed') changes.push(value);
    else if (key === 'journal') journal.push(value);
    else if (key === 'result') result = toResult(value);
    else if (key === undefined && line.trim() !== '' && !line.startsWith('hla:')) said.push(line);
  }
  const errors = stderr.split('\n').filter(line => line.trim() !== '');
  said.push(...errors.map(line => line.replace(/^error: /, '')));
  const [, release, previous] =
    changes.map(change => RELEASE.exec(change)).find(match => match !== null) ?? [];
  const activated = release === undefined || previous === undefined ? null : { release, previous };
  return { changes, journal, result, activated, said };
}

const RELEASE = /^release (\S+) \(before: (\S+)\)$/;

function toResult(value: string): InstallReport['result'] {
  const known = ['unchanged', 'changed', 'rolled-back', 'failed'] as const;
  return known.find(word => word === value.trim()) ?? null;
}
