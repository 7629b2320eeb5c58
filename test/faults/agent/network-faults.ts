import { existsSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { AgentFault } from './agent-fault.ts';
import { type Answering, NameServer } from './name-server.ts';
import { sh } from './namespace.ts';
import type { World } from './world.ts';

const later = { expected: 'missed beats are sent afterwards', beats: 'are sent later' } as const;
const addLink = `
  ip link add eth0 type veth peer name peer0
  ip address add 10.9.0.1/24 dev eth0
  ip link set peer0 up
  ip link set eth0 up
`;

/** Name servers, interfaces and what carries packets. */
export const networkFaults: readonly AgentFault[] = [
  nameServer('no such name', 3),
  nameServer('failure', 3),
  nameServer('garbage', 3),
  nameServer('slow', 3),
  // A look-up of the C library waits 10 s by our own clock, and two of them go on at a time.
  { ...nameServer('silent', 3), recovers: 10 },
  link('removed and added', 3, 'ip link delete eth0', addLink),
  link(
    'without its address',
    3,
    'ip address del 10.9.0.1/24 dev eth0',
    'ip address add 10.9.0.1/24 dev eth0',
  ),
  link(
    'that drops every packet',
    3,
    'ip address del 10.9.0.1/24 dev eth0; ip address add 10.9.0.2/24 dev eth0',
    'ip address del 10.9.0.2/24 dev eth0; ip address add 10.9.0.1/24 dev eth0',
  ),
  {
    ...link(
      'all down, loopback too',
      3,
      'ip link set lo down; ip link set eth0 down',
      'ip link set lo up; ip link set eth0 up',
    ),
  },
];

/** The hub has a name, and the name server stops to answer well. */
function nameServer(answering: Answering, times: number): AgentFault {
  const servers = new Map<World, NameServer>();
  return {
    name: `DNS: ${answering}`,
    times,
    ...later,
    prepare: async world => {
      sh(addLink);
      useNameServer();
      world.hubHost = 'hub.home.lan';
      servers.set(world, await new NameServer().start());
    },
    cause: world => {
      const server = servers.get(world);
      if (server === undefined) throw new Error('Expected a name server');
      server.answering = answering;
      return () => {
        server.answering = 'well';
      };
    },
  };
}

function link(what: string, times: number, cause: string, remove: string): AgentFault {
  return {
    name: `network: an interface ${what}`,
    times,
    ...later,
    prepare: world => {
      sh(addLink);
      world.hubHost = '10.9.0.1';
    },
    cause: () => {
      sh(cause);
      return () => void sh(remove);
    },
  };
}

/** Three domains to search, as in a home network behind a VPN. */
function useNameServer(): void {
  const file = '/etc/resolv.conf';
  const own = '/opt/homelab-agent/resolv.conf';
  writeFileSync(own, 'nameserver 127.0.0.1\nsearch home.lan example.org\n');
  if (existsSync(file)) {
    sh(`mount --bind ${own} ${file}`);
    return;
  }
  // A link into /run, which is another one here.
  const target = resolve(dirname(file), readlinkSync(file));
  sh(`mkdir -p ${dirname(target)}; cp ${own} ${target}`);
}
