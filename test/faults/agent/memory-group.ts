import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Remove } from './agent-fault.ts';

/** Where the machine has control groups, with the file of a group's limit: version 1 beside 2, or 2 alone. */
const hierarchies = [
  { root: '/sys/fs/cgroup/memory', file: 'memory.limit_in_bytes' },
  { root: '/sys/fs/cgroup', file: 'memory.max' },
];

/** Moves a process to a group that may hold so many bytes from now on; what it holds already does not count. */
export function limitGroup(pid: number, bytes: number): Remove {
  const { root, file } =
    hierarchies.find(each => existsSync(join(each.root, 'cgroup.procs'))) ?? {};
  if (root === undefined || file === undefined)
    throw new Error('Expected control groups of memory');
  const group = join(root, `faults-${process.hrtime.bigint()}`);
  if (file === 'memory.max') writeFileSync(join(root, 'cgroup.subtree_control'), '+memory');
  mkdirSync(group);
  writeFileSync(join(group, file), String(bytes));
  writeFileSync(join(group, 'cgroup.procs'), String(pid));
  return () => {
    if (existsSync(`/proc/${pid}`)) writeFileSync(join(root, 'cgroup.procs'), String(pid));
    rmdirSync(group);
  };
}
