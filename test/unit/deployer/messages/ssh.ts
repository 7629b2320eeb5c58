import { explainShell } from '../../../../deployer/ssh/explain-shell.ts';
import { hostKey } from '../../../../deployer/ssh/host-keys/host-key.ts';
import {
  addressConflict,
  judgeHostKey,
} from '../../../../deployer/ssh/host-keys/judge-host-key.ts';
import type { KnownHost, KnownKey } from '../../../../deployer/ssh/host-keys/known-hosts.ts';
import { Authenticator } from '../../../../deployer/ssh/node-ssh/authenticator.ts';
import { dialReason } from '../../../../deployer/ssh/node-ssh/dial.ts';
import {
  explainHandshake,
  type Handshake,
} from '../../../../deployer/ssh/node-ssh/explain-handshake.ts';
import { explainOpenssh } from '../../../../deployer/ssh/openssh/explain-openssh.ts';
import { parseSshConfig } from '../../../../deployer/ssh/ssh-config.ts';
import type { MessageCase } from './causes.ts';

const CONFIG = parseSshConfig('nas-1', 'hostname 10.0.0.5\nport 22\nuser admin\n');

function ed25519(letter: string) {
  const type = Buffer.from('ssh-ed25519');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return hostKey(Buffer.concat([length, type, Buffer.from(letter.repeat(36))]));
}

const SHOWN = ed25519('a');
const AT = { file: '/home/me/.ssh/known_hosts', line: 7 };

function known(keys: readonly KnownKey[]): KnownHost {
  return { name: '10.0.0.5', keys, withoutPort: [], files: [AT.file] };
}

function judged(...keys: KnownKey[]): string {
  const verdict = judgeHostKey(CONFIG, known(keys), SHOWN);
  return 'reason' in verdict ? verdict.reason : verdict.verdict;
}

function dialled(code: string): string {
  return dialReason(CONFIG, Object.assign(new Error(`connect ${code} 10.0.0.5:22`), { code }));
}

function openssh(words: string, config = CONFIG): string {
  return explainOpenssh('nas-1', config, words, []).message;
}

function handshake(error: Error, more: Partial<Handshake> = {}): string {
  const authenticator = new Authenticator(
    'admin',
    [],
    { keys: [], agent: undefined, notes: [] },
    async () => {
      throw new Error('No key is opened');
    },
  );
  const rest = { agreed: false, greeting: '', banner: '', proxy: undefined, notes: [] };
  const about = { name: 'nas-1', config: CONFIG, authenticator, ...rest, ...more };
  return explainHandshake(error, about).message;
}

const key = (letter: string, marker: KnownKey['marker'] = 'none') => ({
  ...ed25519(letter),
  ...AT,
  marker,
});
const behind = parseSshConfig('nas-1', 'hostname 10.0.0.5\nuser admin\nproxyjump gate\n');
const DENIED = 'admin@10.0.0.5: Permission denied (publickey,password).';

/** A server that cannot be reached, is not known, or lets nobody in. */
export const ssh: readonly MessageCase[] = (
  [
    [
      'a name that is unknown',
      () => dialled('ENOTFOUND'),
      'nas-1 (10.0.0.5 port 22) has a name that cannot be resolved: check ansible_host, or the name server',
    ],
    [
      'no name server',
      () => dialled('EAI_AGAIN'),
      'nas-1 (10.0.0.5 port 22) has a name that cannot be resolved now: check the name server',
    ],
    [
      'no sshd',
      () => dialled('ECONNREFUSED'),
      'nas-1 (10.0.0.5 port 22) refused the connection: check that sshd runs there, and ansible_port',
    ],
    [
      'no route',
      () => dialled('EHOSTUNREACH'),
      'nas-1 (10.0.0.5 port 22) cannot be reached (no route to host): check that it is switched on',
    ],
    [
      'no network',
      () => dialled('ENETUNREACH'),
      'nas-1 (10.0.0.5 port 22) cannot be reached (network is unreachable): check the network of this machine',
    ],
    [
      'a server that is off',
      () => dialled('ETIMEDOUT'),
      'nas-1 (10.0.0.5 port 22) gave no answer: check that it is switched on, and that no firewall blocks the port',
    ],
    [
      'an error of another kind',
      () => dialled('EADDRNOTAVAIL'),
      'nas-1 (10.0.0.5 port 22) cannot be reached (EADDRNOTAVAIL): check the network of this machine',
    ],
    [
      'a host key that is not known',
      () => judged(),
      'The host key of nas-1 (10.0.0.5 port 22) is not known: found ssh-ed25519 SHA256:XEPDAw2KPkAcCaVm88XWHaHCfTSw9dIz+OXlZHD8u18, but nothing for \'10.0.0.5\' in /home/me/.ssh/known_hosts. Compare it with "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" on the server, then ssh nas-1 once (or ssh-keyscan -p 22 -t ed25519 10.0.0.5 >> /home/me/.ssh/known_hosts)',
    ],
    [
      'a host key that has changed',
      () => judged(key('b')),
      "The host key of nas-1 (10.0.0.5 port 22) is not the one in known_hosts: expected ssh-ed25519 SHA256:xKX9sKJsp+JOzM7lIRO/MKRWNZhX/9Z5XucDyQywHYQ (/home/me/.ssh/known_hosts:7), found ssh-ed25519 SHA256:XEPDAw2KPkAcCaVm88XWHaHCfTSw9dIz+OXlZHD8u18. Either the server was reinstalled, or another machine answers in its place. If it was reinstalled: ssh-keygen -R '10.0.0.5' -f '/home/me/.ssh/known_hosts', then ssh nas-1 once and compare the fingerprint",
    ],
    [
      'a host key that is revoked',
      () => judged(key('a', 'revoked')),
      'nas-1 (10.0.0.5 port 22) showed the host key ssh-ed25519 SHA256:XEPDAw2KPkAcCaVm88XWHaHCfTSw9dIz+OXlZHD8u18, which /home/me/.ssh/known_hosts:7 marks as revoked: do not connect until the server has a new key',
    ],
    [
      'a host key that an authority signed',
      () => judged(key('b', 'ca')),
      'The host key of nas-1 (10.0.0.5 port 22) is signed by a certificate authority (/home/me/.ssh/known_hosts:7), which only OpenSSH itself can check: use --transport openssh',
    ],
    [
      'another host key for the address',
      () => addressConflict({ ...CONFIG, checkHostIp: true }, known([key('b')]), SHOWN) ?? '',
      "The host key of nas-1 (10.0.0.5 port 22) is known under its name, but another is known for its address (CheckHostIP): found ssh-ed25519 SHA256:XEPDAw2KPkAcCaVm88XWHaHCfTSw9dIz+OXlZHD8u18, for '10.0.0.5' ssh-ed25519 SHA256:xKX9sKJsp+JOzM7lIRO/MKRWNZhX/9Z5XucDyQywHYQ (/home/me/.ssh/known_hosts:7). Either the address went to another server, or another machine answers in its place. If the address is right: ssh-keygen -R '10.0.0.5' -f '/home/me/.ssh/known_hosts'",
    ],
    [
      'no key at hand',
      () => handshake(loginError(), { agreed: true }),
      'nas-1 (10.0.0.5 port 22) refused the login of admin: no key and no password at hand. Check ansible_user and ansible_ssh_private_key_file, or put your key there: ssh-copy-id -p 22 admin@10.0.0.5',
    ],
    [
      'something that is not SSH',
      () => handshake(new Error('x'), { greeting: 'HTTP/1.1 400' }),
      'nas-1 (10.0.0.5 port 22) answered with "HTTP/1.1 400", which is not SSH: check ansible_port',
    ],
    [
      'a server that is busy',
      () => handshake(new Error('x'), { greeting: 'Exceeded MaxStartups' }),
      'nas-1 (10.0.0.5 port 22) answered with "Exceeded MaxStartups", as its sshd is too busy. Run this again later, or raise MaxStartups in its sshd_config',
    ],
    [
      'a connection that ends at once',
      () => handshake(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })),
      "nas-1 (10.0.0.5 port 22) ended the connection before the keys were agreed on (ECONNRESET): look at its sshd's log (journalctl -u ssh)",
    ],
    [
      'no common algorithm',
      () => handshake(new Error('Handshake failed: no matching key exchange algorithm')),
      'nas-1 (10.0.0.5 port 22) and node-ssh know no common key exchange algorithm: use --transport openssh',
    ],
    [
      'an account that is closed',
      () => handshake(new Error('x'), { agreed: true, banner: 'The account is locked' }),
      'nas-1 (10.0.0.5 port 22) ended the login of admin; it said "The account is locked". Look at /etc/nologin and at the account there',
    ],
    [
      'a ProxyCommand that fails',
      () => handshake(new Error('x'), { proxy: { words: 'nc: not found', ran: false } }),
      'nas-1 (10.0.0.5 port 22) cannot be reached by its ProxyCommand "" (it said "nc: not found"): check it with "ssh nas-1"',
    ],
    [
      'a key that ssh does not know',
      () => openssh('Host key verification failed.'),
      'The host key of nas-1 (10.0.0.5 port 22) was refused by ssh; it said "Host key verification failed.". Compare the fingerprint on the server; for a new server run ssh nas-1 once, for a reinstalled one ssh-keygen -R \'10.0.0.5\' before',
    ],
    [
      'a login that ssh is refused',
      () => openssh(DENIED),
      'nas-1 (10.0.0.5 port 22) refused the login of admin: it said "admin@10.0.0.5: Permission denied (publickey,password).". Check ansible_user and ansible_ssh_private_key_file, or put your key there: ssh-copy-id -p 22 admin@10.0.0.5',
    ],
    [
      'a login that wants more',
      () => openssh(`Authenticated using "publickey" with partial success.\n${DENIED}`),
      'nas-1 (10.0.0.5 port 22) refused the login of admin: it accepted publickey and still wants publickey or password; it said "Authenticated using \\"publickey\\" with partial success.; admin@10.0.0.5: Permission denied (publickey,password).". Set ansible_password if that is the password of admin; a one-time code cannot be given here: let admin log in with a key alone there (AuthenticationMethods in sshd_config)',
    ],
    [
      'no algorithm that ssh has',
      () => openssh('Unable to negotiate with 10.0.0.5 port 22: no matching cipher found.'),
      'nas-1 (10.0.0.5 port 22) and ssh here know no common algorithm: allow one of those it offers in the OpenSSH configuration, or update the older of the two; it said "Unable to negotiate with 10.0.0.5 port 22: no matching cipher found."',
    ],
    [
      'a jump host that does not forward',
      () => openssh('channel 0: open failed: administratively prohibited: open failed', behind),
      'nas-1 (10.0.0.5 port 22) is behind the jump host gate, which does not forward connections to it: look at AllowTcpForwarding and PermitOpen there; it said "channel 0: open failed: administratively prohibited: open failed"',
    ],
    [
      'a login without a shell',
      () => shell('exit 1', 'This account is not available.'),
      'nas-1 accepted the login of admin, but did not run a command (exit 1); it said "This account is not available.". Look there at the shell of admin (getent passwd admin) and its start-up files, at command= in its authorized_keys, and at ForceCommand in sshd_config, or log in as another user (ansible_user)',
    ],
    [
      'an expired password',
      () => shell('exit 1', 'Your password has expired'),
      'nas-1 accepted the login of admin, but did not run a command (exit 1); it said "Your password has expired". Log in as admin by hand once, and set a new password there',
    ],
    [
      'a server that is starting',
      () => shell('exit 254', 'System is booting up.'),
      'nas-1 accepted the login of admin, but did not run a command (exit 254); it said "System is booting up.". Run this again later',
    ],
  ] as const
).map(([name, cause, says]) => ({ name, cause, says }));

function loginError(): Error {
  const words = 'All configured authentication methods failed';
  return Object.assign(new Error(words), { level: 'client-authentication' });
}

function shell(how: string, words: string): string {
  return explainShell('nas-1', 'admin', how, words).message;
}
