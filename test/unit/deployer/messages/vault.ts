import { encrypt } from '../../../../deployer/inventory/vault/encrypt.ts';
import { GOOD, type MessageCase, runs, type WrongRun } from './causes.ts';

const PASSWORD = { label: 'default', password: Buffer.from('open sesame') };

/** A whole inventory whose key is this envelope. */
function vaulted(envelope: readonly string[], args: readonly string[] = []): WrongRun {
  const lines = envelope.map(line => `      ${line}`).join('\n');
  return {
    args: ['render', ...args],
    files: {
      'inventory.yaml': GOOD.replace('"a-key"', `!vault |\n${lines}`),
      right: 'open sesame\n',
      wrong: 'open barley\n',
      empty: '\n',
    },
  };
}

const closed = encrypt('a-key', PASSWORD);
const labelled = encrypt('a-key', { ...PASSWORD, label: 'prod' });
const [header = '', ...body] = closed;
const RIGHT = ['--vault-password-file', 'right'];

/** Vaulted values that cannot be opened. */
export const vault: readonly MessageCase[] = runs([
  [
    'no vault password',
    vaulted(closed),
    'homelab-deploy: inventory.yaml:7:35: homelab_agent_api_key: Expected a vault password, found none: give --vault-password-file FILE, --vault-id LABEL@FILE or --ask-vault-pass (nas-1, nas-2, pi-1)',
  ],
  [
    'no vault password for a label',
    vaulted(labelled),
    'homelab-deploy: inventory.yaml:7:35: homelab_agent_api_key: Expected a vault password (vault id prod), found none: give --vault-password-file FILE, --vault-id prod@FILE or --ask-vault-pass (nas-1, nas-2, pi-1)',
  ],
  [
    'another vault password',
    vaulted(closed, ['--vault-password-file', 'wrong']),
    'homelab-deploy: inventory.yaml:7:35: homelab_agent_api_key: Expected the vault password that encrypted this value, found others (default): name it with --vault-password-file FILE or --vault-id LABEL@FILE, or paste the value again if it is not whole (nas-1, nas-2, pi-1)',
  ],
  [
    'another vault password for a label',
    vaulted(labelled, ['--vault-id', 'lab@wrong']),
    'homelab-deploy: inventory.yaml:7:35: homelab_agent_api_key: Expected the vault password that encrypted this value (vault id prod), found others (lab): name it with --vault-password-file FILE or --vault-id LABEL@FILE, or paste the value again if it is not whole (nas-1, nas-2, pi-1)',
  ],
  [
    'a vault password file that is not there',
    vaulted(closed, ['--vault-password-file', 'x']),
    'homelab-deploy: Cannot read the vault password from x (--vault-password-file): there is no such file, check its path',
  ],
  [
    'an empty vault password file',
    vaulted(closed, ['--vault-password-file', 'empty']),
    'homelab-deploy: Expected a vault password in empty (--vault-password-file), found nothing: put it there, on one line',
  ],
  [
    'a question without a terminal',
    vaulted(closed, ['--ask-vault-pass']),
    'homelab-deploy: Expected a terminal to ask for the vault password on (--ask-vault-pass): give --vault-password-file FILE instead',
  ],
  [
    'a directory as vault password',
    vaulted(closed, ['--vault-password-file', '.']),
    'homelab-deploy: Cannot read the vault password from . (--vault-password-file): it is a directory, name a file',
  ],
  [
    'a vaulted value without its end',
    vaulted([header, ...body.slice(0, -1)], RIGHT),
    'homelab-deploy: inventory.yaml:7:35: homelab_agent_api_key: Expected the vault password that encrypted this value, found others (default): name it with --vault-password-file FILE or --vault-id LABEL@FILE, or paste the value again if it is not whole (nas-1, nas-2, pi-1)',
  ],
  [
    'a vaulted value with a letter too many',
    vaulted([...closed, 'x'], RIGHT),
    'homelab-deploy: inventory.yaml:7:35: homelab_agent_api_key: Expected a whole vaulted value, found characters that are not hexadecimal or one too few: paste all that "ansible-vault encrypt_string" prints (nas-1, nas-2, pi-1)',
  ],
  [
    'a vaulted value of another format',
    vaulted(['$ANSIBLE_VAULT;9.9;AES256', ...body], RIGHT),
    'homelab-deploy: inventory.yaml:7:35: homelab_agent_api_key: Expected the vault format 1.1 or 1.2, found "9.9": paste all that "ansible-vault encrypt_string" prints (nas-1, nas-2, pi-1)',
  ],
  [
    'a vaulted value of another cipher',
    vaulted(['$ANSIBLE_VAULT;1.1;AES', ...body], RIGHT),
    'homelab-deploy: inventory.yaml:7:35: homelab_agent_api_key: Expected the vault cipher AES256, found "AES": paste all that "ansible-vault encrypt_string" prints (nas-1, nas-2, pi-1)',
  ],
  [
    'a vaulted value without its header',
    vaulted(body, RIGHT),
    'homelab-deploy: inventory.yaml:7:35: homelab_agent_api_key: Expected a vaulted value that starts with $ANSIBLE_VAULT, found none: paste all that "ansible-vault encrypt_string" prints (nas-1, nas-2, pi-1)',
  ],
  [
    'a vaulted file, without the password',
    {
      args: ['render'],
      files: {
        'inventory.yaml': GOOD,
        'group_vars/all.yml': encrypt('a: b\n', PASSWORD).join('\n'),
      },
    },
    'homelab-deploy: group_vars/all.yml:1:1: Expected a vault password, found none: give --vault-password-file FILE, --vault-id LABEL@FILE or --ask-vault-pass',
  ],
]);
