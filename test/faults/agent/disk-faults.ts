import { readdirSync } from 'node:fs';
import type { AgentFault } from './agent-fault.ts';
import { dpkgStatus, runtimeDirectory, sh, stateDirectory } from './namespace.ts';

const places = [
  { name: '/run', directory: runtimeDirectory },
  { name: '/var/lib', directory: stateDirectory },
];

/** What the agent writes to, at a time when it has something to write. */
export const diskFaults: readonly AgentFault[] = places.flatMap(
  ({ name, directory }): AgentFault[] => [
    {
      name: `disk: ${name} is full`,
      times: 3,
      expected: 'the beats go on',
      beats: 'go on',
      cause: () => {
        sh(`cat /dev/zero > ${directory}/filler 2>/dev/null || true; touch ${dpkgStatus}`);
        return () => void sh(`rm ${directory}/filler`);
      },
      check: () => {
        const left = readdirSync(directory).filter(file => file.endsWith('.new'));
        if (left.length > 0) throw new Error(`Left on a full disk: ${left}`);
      },
    },
    {
      name: `disk: ${name} is read-only`,
      times: 3,
      expected: 'the beats go on',
      beats: 'go on',
      cause: () => {
        sh(`mount -o remount,ro ${directory}; touch ${dpkgStatus}`);
        return () => void sh(`mount -o remount,rw ${directory}`);
      },
    },
    {
      name: `disk: ${name} is unmounted and removed`,
      times: 3,
      expected: name === '/run' ? 'status.json comes back' : 'the beats go on',
      beats: 'may be missed',
      ...(name === '/run' && { restart: 'may' as const, recovers: 8 }),
      cause: () => {
        sh(`umount --lazy ${directory}; rm -r ${directory}; touch ${dpkgStatus}`);
        return () => {};
      },
    },
    {
      name: `disk: ${name} is emptied`,
      times: 3,
      expected: 'the beats go on',
      beats: 'go on',
      cause: () => {
        sh(`rm -f ${directory}/*`);
        return () => {};
      },
    },
  ],
);
