import { execa } from 'execa';
import type { TestDirectory } from '../../support/test-directory.ts';

/** What /usr/bin/ansible-vault makes of a text: the YAML of one variable. */
export async function encryptString(
  directory: TestDirectory,
  text: string,
  options: readonly string[],
): Promise<string> {
  const { stdout } = await execa(
    '/usr/bin/ansible-vault',
    ['encrypt_string', ...options, '--stdin-name', 'secret'],
    {
      cwd: directory.path,
      input: text,
      env: { HOME: directory.path },
    },
  );
  return stdout;
}
