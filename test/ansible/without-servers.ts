import { execa } from 'execa';
import { parseRecap, type Recap } from './recap.ts';
import { ANSIBLE } from './role.ts';

/** Every host is this machine: for plays that end in preflight, or have nothing to do. */
export const LOCAL = {
  ansible_connection: 'local',
  ansible_become: false,
  homelab_agent_hub_url: 'http://hub:8080',
  homelab_agent_api_key: 'key',
};

export interface PlayedHere {
  readonly code: number | undefined;
  readonly output: string;
  readonly recap: Record<string, Recap>;
}

/** Runs site.yml or another playbook in check mode, since this machine is no test server. */
export async function checkHere(
  inventory: string,
  variables: Readonly<Record<string, unknown>> = {},
  more: readonly string[] = [],
  playbook = 'site.yml',
): Promise<PlayedHere> {
  const args = ['-i', inventory, '--check', '-e', JSON.stringify(variables), ...more, playbook];
  const { exitCode, stdout, stderr } = await execa('ansible-playbook', args, {
    cwd: ANSIBLE,
    env: { ANSIBLE_CONFIG: `${ANSIBLE}/ansible.cfg`, ANSIBLE_NOCOLOR: '1' },
    reject: false,
    stdin: 'ignore',
  });
  return { code: exitCode, output: `${stdout}\n${stderr}`, recap: parseRecap(stdout) };
}
