/** How a play ended for one server, in Ansible's own counts. */
export interface Recap {
  readonly ok: number;
  readonly changed: number;
  readonly unreachable: number;
  readonly failed: number;
}

/**
 * The last lines of ansible-playbook, by server:
 *
 *     PLAY RECAP *********************************************************************
 *     nas-1                      : ok=5    changed=0    unreachable=0    failed=0    skipped=12   rescued=0    ignored=0
 */
export function parseRecap(output: string): Record<string, Recap> {
  const recap: Record<string, Recap> = {};
  const line = /^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)\s.*$/gm;
  for (const [, host = '', ...counts] of output.matchAll(line)) {
    const [ok = 0, changed = 0, unreachable = 0, failed = 0] = counts.map(Number);
    recap[host] = { ok, changed, unreachable, failed };
  }
  return recap;
}
