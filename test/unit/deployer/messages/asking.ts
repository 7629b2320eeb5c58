import { GOOD, type MessageCase, runs } from './causes.ts';

const files = { 'inventory.yaml': GOOD };

/** What cannot be asked without a terminal, is not there yet, or is answered wrongly. */
export const asking: readonly MessageCase[] = runs([
  [
    'a rollback without a terminal',
    { args: ['rollback', 'nas-1'], files },
    'homelab-deploy: Not a terminal, pass --yes: Roll back nas-1 to the release before? Nothing was touched',
  ],
  [
    'an uninstallation without a terminal',
    { args: ['uninstall', 'nas-1'], files },
    'homelab-deploy: Not a terminal, pass --yes: Remove the agent from nas-1? Nothing was touched',
  ],
  [
    'a deletion on the hub without a terminal',
    { args: ['uninstall', 'nas-1', '--yes', '--from-hub'], files },
    'homelab-deploy: Expected a terminal to confirm --from-hub on, by typing the name of each server, found none: run this on one. Nothing was touched',
  ],
  [
    'a sudo password without a terminal',
    { args: ['push', '--all', '-K'], files },
    'homelab-deploy: Expected a terminal to ask for the sudo password on, found none: run this on one, or set ansible_become_password, vaulted',
  ],
  [
    'an enrolment without a vault password',
    { args: ['enroll', '--all', '--yes'], files },
    'homelab-deploy: Expected a vault password to write the tokens into the inventory with, found none: give --vault-password-file FILE, --vault-id LABEL@FILE or --ask-vault-pass',
  ],
  [
    '--failed without a push before',
    { args: ['push', '--failed'], files },
    'homelab-deploy: Expected a finished push of /here/inventory.yaml, found none: run "homelab-deploy push --all" first',
  ],
  [
    'a build that is not there',
    { args: ['push', '--all', '--no-hub', '--dist', 'none'], files },
    'homelab-deploy: Cannot read /here/none/manifest.json, which lists what there is to install. Run "homelab-deploy build --out /here/none" to build it again',
  ],
  [
    'init without a terminal',
    { args: ['init'] },
    'homelab-deploy: Expected a terminal to ask on, or the options --hub URL, --api-key-file FILE (or --no-api-key), --host NAME, --vault-password-file FILE, found neither; see "homelab-deploy init --help"',
  ],
  [
    'init where there is an inventory',
    { args: ['init', '--offline'], files },
    'homelab-deploy: Expected -i, as there is an inventory: "-i inventory.yaml" adds what it lacks, "-i FILE" writes a new one; see "homelab-deploy init --help"',
  ],
  [
    'init with a wrong address of the hub',
    { args: [...INIT('ftp://hub'), '--host', 'nas-1'] },
    'homelab-deploy: --hub: Expected a URL that starts with http:// or https://, such as "http://hub.home.lan:8080", found "ftp://hub"; see "homelab-deploy init --help"',
  ],
  [
    'init with a wrong host',
    { args: [...INIT('hub'), '--host', 'a=b=c'] },
    'homelab-deploy: --host: Expected NAME or NAME=ADDRESS, found "a=b=c"; see "homelab-deploy init --help"',
  ],
  [
    'init with two hosts of one id',
    { args: [...INIT('hub'), '--host', 'a.b', '--host', 'a-b'] },
    'homelab-deploy: --host: Expected names that differ on the hub, found a.b and a-b, which are both a-b there; see "homelab-deploy init --help"',
  ],
  [
    'init with a wrong user',
    { args: [...INIT('hub'), '--host', 'a', '--user', '-l'] },
    'homelab-deploy: --user: Expected the name of a user, found "-l"; see "homelab-deploy init --help"',
  ],
  [
    'init with a group of strangers',
    { args: [...INIT('hub'), '--host', 'a', '--group', 'g=b'] },
    'homelab-deploy: --group: Expected one of the hosts a, found b; see "homelab-deploy init --help"',
  ],
  [
    'init with a key that is not there',
    {
      args: [
        'init',
        '--hub',
        'hub',
        '--host',
        'a',
        '--vault-password-file',
        'v',
        '--offline',
        '--api-key-file',
        'key',
      ],
    },
    'homelab-deploy: Cannot read the API key from key (--api-key-file): there is no such file, check its path; see "homelab-deploy init --help"',
  ],
  [
    'init with a group that is none',
    { args: ['init', '-i', 'inventory.yaml', '--group', 'nass'], files },
    'homelab-deploy: Expected a group of the inventory, found "nass": did you mean nas?',
  ],
]);

function INIT(hub: string): string[] {
  return ['init', '--offline', '--no-api-key', '--hub', hub];
}
