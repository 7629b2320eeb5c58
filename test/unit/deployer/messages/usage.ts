import { GOOD, type MessageCase, runs } from './causes.ts';

const files = { 'inventory.yaml': GOOD };

/** Command lines that are wrong whatever the inventory. */
export const commandLines: readonly MessageCase[] = runs([
  [
    'an unknown command',
    { args: ['psh'] },
    'homelab-deploy: Unknown command psh: did you mean push? See "homelab-deploy --help"',
  ],
  [
    'a misspelled command that removes',
    { args: ['uninstal', 'nas-1'] },
    'homelab-deploy: Unknown command uninstal; see "homelab-deploy --help"',
  ],
  [
    'a misspelled command that goes back',
    { args: ['rolback', 'nas-1'] },
    'homelab-deploy: Unknown command rolback; see "homelab-deploy --help"',
  ],
  [
    'a misspelled command that ends tokens',
    { args: ['revok', 'nas-1'] },
    'homelab-deploy: Unknown command revok; see "homelab-deploy --help"',
  ],
  [
    'the name of another tool',
    { args: ['ssh', 'nas-1'] },
    'homelab-deploy: Unknown command ssh; see "homelab-deploy --help"',
  ],
  [
    'an unknown option',
    { args: ['push', '--chek'] },
    'homelab-deploy: Unknown option --chek: did you mean --check? See "homelab-deploy push --help"',
  ],
  [
    'a misspelled option that removes',
    { args: ['uninstall', 'nas-1', '--purg'] },
    'homelab-deploy: Unknown option --purg; see "homelab-deploy uninstall --help"',
  ],
  [
    'an option without its value',
    { args: ['push', '-i'] },
    'homelab-deploy: --inventory: Expected <source>, found nothing; see "homelab-deploy push --help"',
  ],
  [
    'a number that is none',
    { args: ['push', '--all', '--forks', 'many'] },
    'homelab-deploy: --forks: Expected a whole number from 1 up, found "many"; see "homelab-deploy push --help"',
  ],
  [
    'a number of zero',
    { args: ['logs', 'nas-1', '-n', '0'] },
    'homelab-deploy: --lines: Expected a whole number from 1 up, found "0"; see "homelab-deploy logs --help"',
  ],
  [
    'an unknown choice',
    { args: ['push', '--all', '--transport', 'telnet'] },
    'homelab-deploy: --transport: Expected node-ssh or openssh, found "telnet"; see "homelab-deploy push --help"',
  ],
  [
    'a batch that is none',
    { args: ['push', '--all', '--serial', '1,x'] },
    'homelab-deploy: --serial: Expected a number, or a percentage up to 100%, found "1,x"; see "homelab-deploy push --help"',
  ],
  [
    'a limit that is none',
    { args: ['push', '--all', '--max-fail', '101%'] },
    'homelab-deploy: --max-fail: Expected a number, or a percentage up to 100%, found "101%"; see "homelab-deploy push --help"',
  ],
  [
    'seconds that are none',
    { args: ['status', '--watch', 'often'] },
    'homelab-deploy: --watch: Expected a whole number from 1 up, found "often"; see "homelab-deploy status --help"',
  ],
  [
    'push without servers',
    { args: ['push'], files },
    'homelab-deploy: Expected hosts, groups or --all, found none: nothing was touched; see "homelab-deploy push --help"',
  ],
  [
    'uninstall without servers',
    { args: ['uninstall'], files },
    'homelab-deploy: Expected hosts, groups or --all, found none: nothing was touched; see "homelab-deploy uninstall --help"',
  ],
  [
    'logs without servers',
    { args: ['logs'], files },
    'homelab-deploy: Expected hosts, groups or --all, found none: nothing was touched; see "homelab-deploy logs --help"',
  ],
  [
    'servers twice',
    { args: ['push', '--all', 'nas-1'], files },
    'homelab-deploy: Expected --all or a pattern, found both: nothing was touched; see "homelab-deploy push --help"',
  ],
  [
    'revoke without servers',
    { args: ['revoke'], files },
    'homelab-deploy: Expected <host>, found nothing; see "homelab-deploy revoke --help"',
  ],
  [
    'a word too many',
    { args: ['build', 'nas-1'] },
    'homelab-deploy: Expected no argument, found nas-1; see "homelab-deploy build --help"',
  ],
  [
    'an unknown processor',
    { args: ['build', '--arch', 'sparc'] },
    'homelab-deploy: --arch: Expected x64 or arm64, found "sparc"; see "homelab-deploy build --help"',
  ],
  [
    'an unknown shell',
    { args: ['completion', 'tcsh'] },
    'homelab-deploy: <shell>: Expected bash, zsh or fish, found "tcsh"; see "homelab-deploy completion --help"',
  ],
  [
    'no shell',
    { args: ['completion'] },
    'homelab-deploy: Expected <shell>, found nothing; see "homelab-deploy completion --help"',
  ],
]);

/** Servers, variables and files that are not there. */
export const selections: readonly MessageCase[] = runs([
  [
    'a misspelled host',
    { args: ['push', 'nas1'], files },
    'homelab-deploy: Expected a host or a group, found none that "nas1" names; did you mean nas-1?',
  ],
  [
    'a misspelled group',
    { args: ['status', 'nass'], files },
    'homelab-deploy: Expected a host or a group, found none that "nass" names; did you mean nas?',
  ],
  [
    'a name like none',
    { args: ['push', 'router'], files },
    'homelab-deploy: Expected a host or a group, found none that "router" names; "homelab-deploy inventory" lists them',
  ],
  [
    'a misspelled host of a command that removes',
    { args: ['uninstall', 'nas1'], files },
    'homelab-deploy: Expected a host or a group, found none that "nas1" names; did you mean nas-1?',
  ],
  [
    'a subscript too high',
    { args: ['push', 'nas[5]'], files },
    'homelab-deploy: Expected a subscript from 0 to 1, found nas[5]: nas has 2 hosts',
  ],
  [
    'a subscript from high to low',
    { args: ['push', 'nas[2:1]'], files },
    'homelab-deploy: Expected a range from low to high, found [2:1]: write [1:2]',
  ],
  [
    'patterns that leave nothing',
    { args: ['push', 'nas:!nas'], files },
    'homelab-deploy: Expected hosts, found none left of nas:!nas: "homelab-deploy inventory" lists each group',
  ],
  [
    'a broken expression',
    { args: ['push', '~('], files },
    'homelab-deploy: Expected a host pattern, found "~(", which is not a valid one: what follows ~ has to be a regular expression, without what only Python has, such as \\A',
  ],
  [
    'a limit in a file that is not there',
    { args: ['push', '--all', '-l', '@retry'], files },
    'homelab-deploy: Cannot read --limit @retry: there is no such file, check its path',
  ],
  [
    'a variable without a value',
    { args: ['push', '--all', '-e', 'mode'], files },
    'homelab-deploy: -e: Expected key=value, @FILE or {key: value}, found "mode": quote a value that has spaces, such as \'key="a b"\'',
  ],
  [
    'a file of variables without @',
    { args: ['push', '--all', '-e', './vars.yml'], files },
    "homelab-deploy: -e: Expected variables, found the path ./vars.yml: put @ before a file's name",
  ],
  [
    'a file of variables that is not there',
    { args: ['push', '--all', '-e', '@vars'], files },
    'homelab-deploy: Cannot read -e @vars: there is no such file, check its path',
  ],
  [
    'a variable with one quote',
    { args: ['push', '--all', '-e', 'a="b'], files },
    'homelab-deploy: -e: Expected each quote with its pair, found one alone: close it, or write {"key": "it\'s"}, which is JSON',
  ],
  [
    'an unknown variable',
    { args: ['render', '-e', 'homelab_agent_hub_ulr=x'], files },
    'homelab-deploy: -e: homelab_agent_hub_ulr: Unknown variable: did you mean homelab_agent_hub_url? (nas-1, nas-2, pi-1)',
  ],
  [
    'a wrong value',
    { args: ['render', '-e', 'homelab_agent_mode=readwrit'], files },
    'homelab-deploy: -e: homelab_agent_mode: Expected readonly or readwrite, found "readwrit" (nas-1, nas-2, pi-1)',
  ],
  [
    'an inventory that is not there',
    { args: ['push', '--all', '-i', 'hosts.yml'], files },
    'homelab-deploy: Expected an inventory at hosts.yml (-i), found nothing there; there are: inventory.yaml; check the path, or let "homelab-deploy init" write one',
  ],
  [
    'no inventory',
    { args: ['push', '--all'] },
    'homelab-deploy: Expected an inventory: none is named by -i, ANSIBLE_INVENTORY or ansible.cfg, and there is no inventory.yaml, inventory.yml, hosts.yml, inventory, hosts in /here, and no /here/home/.config/homelab-deploy/inventory.yaml; name one with -i FILE, or let "homelab-deploy init" write one',
  ],
  [
    'a playbook directory that is not there',
    { args: ['push', '--all', '--playbook-dir', 'x'], files },
    'homelab-deploy: Expected a directory at /here/x (the playbook directory), found none: check --playbook-dir, or the setting',
  ],
]);
