import { readFile, writeFile } from 'node:fs/promises';

/** What about 25 hosts exhaust: each systemd holds watches, keyrings and terminals of the one kernel. */
const LIMITS: Record<string, number> = {
  'fs/inotify/max_user_instances': 8_192,
  'kernel/keys/maxkeys': 20_000,
  'kernel/keys/root_maxkeys': 1_000_000,
  'kernel/pty/max': 4_096,
};
const ENOUGH_WITHOUT = 20;

/** Raises this machine's limits where a fleet is large; never lowers one. They last until its next restart. */
export async function raiseLimits(hosts: number): Promise<void> {
  if (hosts <= ENOUGH_WITHOUT) return;
  for (const [name, wanted] of Object.entries(LIMITS)) {
    const file = `/proc/sys/${name}`;
    if (Number(await readFile(file, 'utf8')) < wanted) await writeFile(file, String(wanted));
  }
}
