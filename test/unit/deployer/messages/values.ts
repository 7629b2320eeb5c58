import { GOOD, inventories, type MessageCase, runs } from './causes.ts';

/** Inventories whose variables are wrong. */
export const values: readonly MessageCase[] = [
  ...inventories([
    [
      'no address of the hub',
      GOOD.replace(/.*hub_url.*\n/, ''),
      'homelab-deploy: homelab_agent_hub_url: Expected a URL that starts with http:// or https://, such as "http://hub.home.lan:8080", found nothing: set it under "all: vars:" in inventory.yaml, or for the host (nas-1, nas-2, pi-1)',
    ],
    [
      'no key',
      GOOD.replace(/.*api_key.*\n/, ''),
      'homelab-deploy: homelab_agent_api_key: Expected the hub\'s shared key here, or a token in homelab_agent_api_token, found neither: set it under "all: vars:" in inventory.yaml, or for the host (nas-1, nas-2, pi-1)',
    ],
    [
      'the placeholder of the example',
      GOOD.replace('a-key', 'put-the-api-key-of-your-hub-here'),
      'homelab-deploy: inventory.yaml:7:28: homelab_agent_api_key: Expected the hub\'s own key, found the placeholder of the example: put the key in, best with "ansible-vault encrypt_string --name homelab_agent_api_key" (nas-1, nas-2, pi-1)',
    ],
    [
      'a misspelled variable',
      GOOD.replace('hub_url', 'hub_ulr'),
      'homelab-deploy: inventory.yaml:6:28: homelab_agent_hub_ulr: Unknown variable: did you mean homelab_agent_hub_url? (nas-1, nas-2, pi-1)',
    ],
    [
      'a misspelled value',
      set('mode: readwrit'),
      'homelab-deploy: inventory.yaml:8:25: homelab_agent_mode: Expected readonly or readwrite, found "readwrit" (nas-1, nas-2, pi-1)',
    ],
    [
      'a variable like none',
      set('colour: blue'),
      'homelab-deploy: inventory.yaml:8:27: homelab_agent_colour: Unknown variable: correct its name, or remove it (nas-1, nas-2, pi-1)',
    ],
    [
      'an address without its scheme',
      GOOD.replace('http://', ''),
      'homelab-deploy: inventory.yaml:6:28: homelab_agent_hub_url: Expected a URL that starts with http:// or https://, such as "http://hub.home.lan:8080", found "hub.home.lan:8080" (nas-1, nas-2, pi-1)',
    ],
    [
      'an address with a password',
      GOOD.replace('//hub', '//me:pw@hub'),
      'homelab-deploy: inventory.yaml:6:28: homelab_agent_hub_url: Expected a URL that starts with http:// or https://, such as "http://hub.home.lan:8080", found "http://…@hub.home.lan:8080" (nas-1, nas-2, pi-1)',
    ],
    [
      'a key with a space',
      GOOD.replace('a-key', 'a-key '),
      'homelab-deploy: inventory.yaml:7:28: homelab_agent_api_key: Expected printable ASCII characters without a space at either end, found 6 characters (not shown: it is a secret) (nas-1, nas-2, pi-1)',
    ],
    [
      'a key that is a number',
      GOOD.replace('"a-key"', '12345'),
      'homelab-deploy: inventory.yaml:7:28: homelab_agent_api_key: Expected a text, found another value (not shown: it is a secret): quote it (nas-1, nas-2, pi-1)',
    ],
    [
      'an id of capitals',
      set('server_id: NAS'),
      'homelab-deploy: inventory.yaml:8:30: homelab_agent_server_id: Expected 1 to 100 lower-case letters, digits and hyphens, such as "nas-1", found "NAS": without this line it follows from the host\'s name (nas-1, nas-2, pi-1)',
    ],
    [
      'one id for all',
      set('server_id: nas'),
      'homelab-deploy: homelab_agent_server_id: Expected a different one for each host, found nas for nas-1, nas-2, pi-1, which the hub would take for one server: "homelab_agent_server_id: nas-2" for nas-2 sets another',
    ],
    [
      'a GUID that is none',
      set('server_guid: nas-1'),
      'homelab-deploy: inventory.yaml:8:32: homelab_agent_server_guid: Expected a version 4 UUID, such as "5f0c2f6e-9d3b-4c55-8f1e-0a6d3f7c1b2a", found "nas-1" (nas-1, nas-2, pi-1)',
    ],
    [
      'an interval too long',
      set('heartbeat_interval: 600'),
      'homelab-deploy: inventory.yaml:8:39: homelab_agent_heartbeat_interval: Expected a whole number of seconds from 5 to 150, found 600 (nas-1, nas-2, pi-1)',
    ],
    [
      'an interval that is a word',
      set('heartbeat_interval: fast'),
      'homelab-deploy: inventory.yaml:8:39: homelab_agent_heartbeat_interval: Expected a whole number, found "fast" (nas-1, nas-2, pi-1)',
    ],
    [
      'services as a word',
      set('monitored_services: ssh'),
      'homelab-deploy: inventory.yaml:8:39: homelab_agent_monitored_services: Expected a list of texts, found "ssh" (nas-1, nas-2, pi-1)',
    ],
    [
      'a service with a space',
      set('monitored_services: ["a b"]'),
      'homelab-deploy: inventory.yaml:8:40: homelab_agent_monitored_services: Expected a unit name without a space, such as "ssh", found "a b" (nas-1, nas-2, pi-1)',
    ],
    [
      'a relative path',
      set('root_mount: srv/data'),
      'homelab-deploy: inventory.yaml:8:31: homelab_agent_root_mount: Expected an absolute path, found "srv/data" (nas-1, nas-2, pi-1)',
    ],
    [
      'an unknown level',
      set('log_level: warn'),
      'homelab-deploy: inventory.yaml:8:30: homelab_agent_log_level: Expected error, warning, info or debug, found "warn" (nas-1, nas-2, pi-1)',
    ],
    [
      'nothing',
      set('log_level:'),
      'homelab-deploy: inventory.yaml:8:29: homelab_agent_log_level: Expected a value, found nothing: leave the line out for the default (nas-1, nas-2, pi-1)',
    ],
    [
      'a switch that is none',
      set('optional: maybe'),
      'homelab-deploy: inventory.yaml:8:29: homelab_agent_optional: Expected true or false, found "maybe" (nas-1, nas-2, pi-1)',
    ],
    [
      'too few releases',
      set('keep_releases: 1'),
      'homelab-deploy: inventory.yaml:8:34: homelab_agent_keep_releases: Expected a whole number of releases from 2 to 100, found the number 1 (nas-1, nas-2, pi-1)',
    ],
    [
      'a host whose name is no id',
      GOOD.replace('nas-1: ', '"_": {}, nas-1: '),
      'homelab-deploy: homelab_agent_server_id: Expected a name with letters a to z or digits, which the hub accepts, found _: set homelab_agent_server_id for this host (_)',
    ],
    [
      'a port too high',
      ansible('port: 99999'),
      'homelab-deploy: inventory.yaml:8:19: ansible_port: Expected a number from 1 to 65535, found 99999 (nas-1, nas-2, pi-1)',
    ],
    [
      'a user that is an option',
      ansible('user: -l'),
      'homelab-deploy: inventory.yaml:8:19: ansible_user: Expected one word that does not start with a hyphen, found "-l" (nas-1, nas-2, pi-1)',
    ],
    [
      'another way to connect',
      ansible('connection: winrm'),
      'homelab-deploy: inventory.yaml:8:25: ansible_connection: Expected ssh, smart or local, found "winrm", which is not supported (nas-1, nas-2, pi-1)',
    ],
    [
      'another way to become root',
      ansible('become_method: su'),
      'homelab-deploy: inventory.yaml:8:28: ansible_become_method: Expected sudo, found "su", which is not supported (nas-1, nas-2, pi-1)',
    ],
    [
      'another user to become',
      ansible('become_user: admin'),
      'homelab-deploy: inventory.yaml:8:26: ansible_become_user: Expected root, found "admin", which is not supported (nas-1, nas-2, pi-1)',
    ],
    [
      'a key in the inventory',
      ansible('private_key: xyz'),
      'homelab-deploy: inventory.yaml:8:26: ansible_private_key: Not supported: put the key in a file and name it in ansible_ssh_private_key_file (nas-1, nas-2, pi-1)',
    ],
    [
      'a passphrase in the inventory',
      ansible('private_key_passphrase: xyz'),
      'homelab-deploy: inventory.yaml:8:37: ansible_private_key_passphrase: Not supported: add the key to ssh-agent (nas-1, nas-2, pi-1)',
    ],
    [
      'the home of another user',
      ansible('ssh_private_key_file: ~eve/.ssh/id'),
      'homelab-deploy: inventory.yaml:8:35: ansible_ssh_private_key_file: Expected a path such as ~/.ssh/id_ed25519, found the home of another user (nas-1, nas-2, pi-1)',
    ],
    [
      'arguments with one quote',
      ansible(`ssh_common_args: "-o 'x"`),
      'homelab-deploy: inventory.yaml:8:30: ansible_ssh_common_args: Expected each quote with its pair, found one alone: close it, or put a backslash before it (nas-1, nas-2, pi-1)',
    ],
    [
      'a variable that is not set',
      set('root_mount: "{{ mount }}"'),
      "homelab-deploy: inventory.yaml:8:31: homelab_agent_root_mount: Expected a variable that is set, found none called mount: set it, or write {{ mount | default('...') }} (nas-1, nas-2, pi-1)",
    ],
    [
      'a template that needs itself',
      set('root_mount: "{{ homelab_agent_root_mount }}"'),
      'homelab-deploy: inventory.yaml:8:31: homelab_agent_root_mount: Expected a value, found a template that needs itself: use another variable in it (nas-1, nas-2, pi-1)',
    ],
    [
      'an unknown filter',
      set('root_mount: "{{ inventory_hostname | shuffle }}"'),
      'homelab-deploy: inventory.yaml:8:31: homelab_agent_root_mount: Expected one of the filters default, lower, upper, string, trim, replace, int, bool, to_json, b64encode, join, length, count, first, last, found shuffle, which is not supported (nas-1, nas-2, pi-1)',
    ],
    [
      'an unknown lookup',
      set(`root_mount: "{{ lookup('file', '/x') }}"`),
      "homelab-deploy: inventory.yaml:8:31: homelab_agent_root_mount: Expected lookup('env', …), found the lookup file, which is not supported (nas-1, nas-2, pi-1)",
    ],
    [
      'a statement',
      set('root_mount: "{% if x %}a{% endif %}"'),
      'homelab-deploy: inventory.yaml:8:31: homelab_agent_root_mount: Expected only {{ }} in a template, found {%, which is not supported: put !unsafe before the text to keep it as it is (nas-1, nas-2, pi-1)',
    ],
    [
      'a template without its end',
      set('root_mount: "{{ inventory_hostname"'),
      'homelab-deploy: inventory.yaml:8:31: homelab_agent_root_mount: Expected }} behind {{, found none: add it, or put !unsafe before the text to keep it as it is (nas-1, nas-2, pi-1)',
    ],
    [
      'a text and a number together',
      set('root_mount: "{{ inventory_hostname + 1 }}"'),
      'homelab-deploy: inventory.yaml:8:31: homelab_agent_root_mount: Expected two texts, two whole numbers or two lists around +: use ~ to join a text and a number (nas-1, nas-2, pi-1)',
    ],
  ]),
  ...runs([
    [
      'two faults at once',
      {
        args: ['render'],
        files: { 'inventory.yaml': set('mode: x\n    homelab_agent_backfill: 99') },
      },
      'homelab-deploy: inventory.yaml:8:25: homelab_agent_mode: Expected readonly or readwrite, found "x" (nas-1, nas-2, pi-1)\ninventory.yaml:9:29: homelab_agent_backfill: Expected a whole number of heartbeats from 0 to 60, found 99 (nas-1, nas-2, pi-1)',
    ],
    [
      'a fault in group_vars',
      {
        args: ['render'],
        files: { 'inventory.yaml': GOOD, 'group_vars/nas.yml': 'homelab_agent_mode: x\n' },
      },
      'homelab-deploy: group_vars/nas.yml:1:21: homelab_agent_mode: Expected readonly or readwrite, found "x" (nas-1, nas-2)',
    ],
    [
      'a list in host_vars',
      { args: ['render'], files: { 'inventory.yaml': GOOD, 'host_vars/nas-1.yml': '- a\n' } },
      'homelab-deploy: host_vars/nas-1.yml:1:1: Expected variables, found a list: write "name: value" lines',
    ],
    [
      'a file that git-crypt has locked',
      {
        args: ['render'],
        files: { 'inventory.yaml': GOOD, 'group_vars/all.yml': '\0GITCRYPT\0xx' },
      },
      'homelab-deploy: group_vars/all.yml:1:1: Expected text, found a file that git-crypt has locked: run "git-crypt unlock"',
    ],
    [
      'a file that is not UTF-8',
      {
        args: ['render'],
        files: { 'inventory.yaml': GOOD, 'group_vars/all.yml': Buffer.from('a: \xe4\n', 'latin1') },
      },
      'homelab-deploy: group_vars/all.yml:1:1: Expected UTF-8 text, found other bytes: save the file as UTF-8',
    ],
  ]),
];

function set(line: string): string {
  return `${GOOD}    homelab_agent_${line}\n`;
}

function ansible(line: string): string {
  return `${GOOD}    ansible_${line}\n`;
}
