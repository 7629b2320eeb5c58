import { Secret } from '../../../../deployer/inventory/secret.ts';
import { sha256 } from '../../../../deployer/lib/digest.ts';
import { parseFacts } from '../../../../deployer/plan/parse-facts.ts';
import { planHost } from '../../../../deployer/plan/plan-host.ts';
import { installOutcome } from '../../../../deployer/run/install-outcome.ts';
import { explainSudo } from '../../../../deployer/ssh/sudo.ts';
import { bareAnswer, SUMS, wanting } from '../run/fake-server.ts';
import { agentFor } from '../run/push-rig.ts';
import type { MessageCase } from './causes.ts';

function sudo(words: string, password?: string, passwordOf?: string): string {
  const become = {
    user: 'root',
    password: password === undefined ? undefined : new Secret(password),
  };
  return explainSudo({ name: 'nas-1', become }, 'admin', { words, passwordOf });
}

/** Why a server with these facts gets nothing. */
function planned(lines: readonly string[], over: Record<string, string> = {}): string {
  const answer = bareAnswer(over).replace(/\nend=ok$/, `\n${lines.join('\n')}\nend=ok`);
  const facts = parseFacts(wanting(answer, 'config'));
  const wanted = { sums: SUMS, configSha256: sha256('config'), agent: agentFor('pi-1') };
  const plan = planHost(facts, wanted);
  return plan.kind === 'refused' ? plan.reason : 'planned';
}

const PYTHON = [
  'set:hub_url=http://hub:8080',
  'set:api_key=yes',
  'python=/opt/homelab-agent/homelab-agent.py',
];

/** A server that does not let its user become root, or on which nothing can be installed. */
export const server: readonly MessageCase[] = (
  [
    [
      'sudo that wants a password',
      () => sudo('sudo: a password is required'),
      'sudo on nas-1 wants a password for admin (it said "sudo: a password is required"): set ansible_become_password, ask for it with -K, or allow it there with "admin ALL=(root) NOPASSWD: ALL" by visudo, or log in as root (ansible_user: root)',
    ],
    [
      'a wrong sudo password',
      () => sudo('Sorry, try again.', 'pw'),
      'sudo on nas-1 rejected the password for admin; it said "Sorry, try again.": fix ansible_become_password, or type it with -K',
    ],
    [
      'the sudo password of another user',
      () => sudo('Sorry, try again.', 'pw', 'root'),
      'sudo on nas-1 rejected the password; it asks for that of root, not of admin (targetpw, rootpw or runaspw in sudoers): set ansible_become_password to the password of root, or allow it there with "admin ALL=(root) NOPASSWD: ALL" by visudo, or log in as root (ansible_user: root)',
    ],
    [
      'a user who may not use sudo',
      () => sudo('admin is not in the sudoers file.'),
      'sudo on nas-1 does not allow admin to become root (it said "admin is not in the sudoers file."): allow it there with "admin ALL=(root) NOPASSWD: ALL" by visudo, or log in as root (ansible_user: root)',
    ],
    [
      'sudo that wants a terminal',
      () => sudo('sudo: sorry, you must have a tty to run sudo'),
      'sudo on nas-1 wants a terminal (it said "sudo: sorry, you must have a tty to run sudo"): remove "Defaults requiretty" there by visudo',
    ],
    [
      'no sudo',
      () => sudo("env: 'sudo': No such file or directory"),
      'There is no sudo on nas-1; it said "env: \'sudo\': No such file or directory": install it, or log in as root (ansible_user: root)',
    ],
    [
      'sudo with an error of its own',
      () => sudo('sudo: /etc/sudoers is world writable'),
      'sudo on nas-1 refused admin; it said "sudo: /etc/sudoers is world writable". Try "sudo -n true" there, or allow it there with "admin ALL=(root) NOPASSWD: ALL" by visudo, or log in as root (ansible_user: root)',
    ],
    [
      'a server that lacks something',
      () =>
        planned([
          'problem=Expected systemd as process 1, found "init": the agent is a systemd service',
        ]),
      'Expected systemd as process 1, found "init": the agent is a systemd service',
    ],
    [
      'a server without room',
      () => planned([], { space: '1000 /dev/sda1' }),
      'Expected 171 MB free for /opt/homelab-agent on /dev/sda1, found 1 MB: make room there first',
    ],
    [
      'an agent with another id',
      () => planned([...PYTHON, 'set:server_id=old-pi']),
      'Expected the inventory to keep what the agent on the server was set to, found that it would change server_id\nserver_id: old-pi becomes pi-1, a second server to the hub\nThese lines keep it; "homelab-deploy adopt pi-1" writes them into the inventory:\n  homelab_agent_server_id: "old-pi"\nTo make it another server to the hub on purpose, remove the agent there first, with its configuration',
    ],
    [
      'an agent with services that the inventory lacks',
      () =>
        planned([
          ...PYTHON,
          'set:server_id=pi-1',
          'list:monitored_services=',
          'item:monitored_services=ssh',
        ]),
      'Expected the inventory to keep what the agent on the server was set to, found that it would change monitored_services\nmonitored_services: removes ssh, which is on the server\nThese lines keep it; "homelab-deploy adopt pi-1" writes them into the inventory:\n  homelab_agent_monitored_services: ["ssh"]\nTo replace it on purpose, set homelab_agent_takeover: replace',
    ],
    [
      'another installation at the same time',
      () => installOutcome({ code: 75, stdout: '', stderr: '' }).reason ?? '',
      'Another installation is under way there: run this again when it has ended',
    ],
    [
      'an installer that is ended',
      () => installOutcome({ code: 137, stdout: '', stderr: '' }).reason ?? '',
      'The installer ended with exit code 137: see "homelab-deploy logs HOST --deploys"',
    ],
  ] as const
).map(([name, cause, says]) => ({ name, cause, says }));
