import type { Fleet } from '../fleet/fleet.ts';
import { parseRecap, type Recap } from './recap.ts';
import { ANSIBLE } from './role.ts';

export interface Played {
  readonly code: number | undefined;
  readonly recap: Record<string, Recap>;
  /** Standard output, for what a person would read. */
  readonly output: string;
}

/** How a playbook is run: by this machine's own Ansible unless told. */
export interface Controller {
  readonly program: readonly string[];
}

const HERE: Controller = { program: ['ansible-playbook'] };

/** Runs a playbook of ansible/ where it reaches the fleet's servers; a failure is a result. */
export async function play(
  fleet: Fleet,
  playbook: string,
  args: readonly string[],
  { program }: Controller = HERE,
): Promise<Played> {
  const { stdout, stderr, exitCode } = await fleet.run([...program, ...args, playbook], {
    cwd: ANSIBLE,
    env: { ANSIBLE_CONFIG: `${ANSIBLE}/ansible.cfg`, ANSIBLE_NOCOLOR: '1' },
    reject: false,
    timeout: 300_000,
  });
  return { code: exitCode, recap: parseRecap(stdout), output: `${stdout}\n${stderr}` };
}

/** Those counts of each server's recap, so that a test compares what it speaks of. */
export function counts<K extends keyof Recap>(
  played: Played,
  ...keys: K[]
): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(played.recap).map(([host, recap]) => [host, keys.map(key => recap[key])]),
  );
}
