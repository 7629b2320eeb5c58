import { existsSync } from 'node:fs';

/**
 * Options for a test that runs Ansible on this machine alone: skipped, with the reason on the screen, where Ansible is
 * not installed. On a machine that is there to run every test (CI is set) it is not skipped but fails.
 */
export function needAnsible(): { skip: string | false } {
  const isThere = existsSync('/usr/bin/ansible-playbook') && existsSync('/usr/bin/ansible-lint');
  if (isThere || process.env['CI'] !== undefined) return { skip: false };
  return { skip: 'This test runs Ansible: install ansible-core and ansible-lint' };
}
