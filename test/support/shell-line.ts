import { execa } from 'execa';

/** What marks the line that the shell hands back. */
const MARK = 'LINE=';
const TO_BEGINNING = '\u0001';
const ESCAPE = '\u001b';
const CONTROL = new RegExp(`${ESCAPE}\\[[?\\d;]*[A-Za-z]`, 'g');

/**
 * What an interactive shell makes of typed keys, a Tab among them: the whole line is handed back by the shell itself, which
 * prints it as the argument of a command instead of running it.
 */
export async function typed(
  shell: string,
  keys: string,
  options: { cwd: string; env: Record<string, string> },
): Promise<string> {
  const input = `${keys}${TO_BEGINNING}echo ${MARK}\r exit\r`;
  const { stdout } = await execa('script', ['-qec', shell, '/dev/null'], {
    ...options,
    extendEnv: false,
    input,
    reject: false,
    timeout: 60_000,
  });
  const lines = stdout.replaceAll(CONTROL, '').split(/[\r\n]+/);
  return lines.findLast(line => line.startsWith(MARK))?.slice(MARK.length) ?? stdout;
}
