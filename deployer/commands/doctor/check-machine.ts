import { execa } from 'execa';
import { type Finding, fail, pass } from './finding.ts';

/** What this machine needs in order to reach servers and to make what they get. */
export async function checkMachine(signal: AbortSignal): Promise<Finding[]> {
  return await Promise.all([
    checkProgram('ssh', ['-V'], "reads OpenSSH's configuration", signal),
    checkProgram('ssh-keygen', ['-l', '-f', '/dev/null'], 'reads known_hosts', signal),
    checkProgram('npm', ['--version'], 'fetches the Node runtime for servers', signal),
  ]);
}

async function checkProgram(
  program: string,
  args: string[],
  why: string,
  signal: AbortSignal,
): Promise<Finding> {
  const result = await execa(program, args, {
    reject: false,
    stdin: 'ignore',
    cancelSignal: signal,
  });
  if (result.code === 'ENOENT') {
    return fail(`Expected ${program} on this machine, which ${why}, found none`);
  }
  const said = `${result.stdout}${result.stderr}`.trim().split('\n')[0] ?? '';
  return pass(result.exitCode === 0 && said !== '' ? `${program} (${said})` : program);
}
