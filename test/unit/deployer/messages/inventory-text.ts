import { GOOD, inventories, type MessageCase } from './causes.ts';

/** Inventories that are no YAML, or YAML that is no inventory. */
export const inventoryText: readonly MessageCase[] = inventories([
  [
    'an empty file',
    '',
    'homelab-deploy: inventory.yaml:1:1: Expected groups of hosts, found an empty file: write "all:", and below it "hosts:"',
  ],
  [
    'only comments',
    '# nothing yet\n',
    'homelab-deploy: inventory.yaml:1:1: Expected groups of hosts, found an empty file: write "all:", and below it "hosts:"',
  ],
  [
    'a list',
    '- nas-1\n',
    'homelab-deploy: inventory.yaml:1:1: Expected groups such as "all:", found a list: write "all:", and below it "hosts:"',
  ],
  [
    'a lone word',
    'nas-1\n',
    'homelab-deploy: inventory.yaml:1:1: Expected groups such as "all:", found "nas-1": write "all:", and below it "hosts:"',
  ],
  [
    'a quote without its end',
    'all:\n  vars:\n    homelab_agent_hub_url: "http://hub\n    b: c\n',
    'homelab-deploy: inventory.yaml:3:28: Expected a closing " for the " that begins here, found none: add it',
  ],
  [
    'a quote that ends at the next one',
    'all:\n  vars:\n    a: "x\n    b: "y"\n  hosts:\n    nas-1:\n',
    'homelab-deploy: inventory.yaml:3:8: Expected a closing " for the " that begins here, found none: add it',
  ],
  [
    'a single quote without its end',
    "all:\n  vars:\n    a: 'it\n  hosts:\n    nas-1:\n",
    "homelab-deploy: inventory.yaml:3:8: Expected a closing ' for the ' that begins here, found none: add it",
  ],
  [
    'a brace without its end',
    'all:\n  hosts:\n    nas-1: {a: 1\n',
    'homelab-deploy: inventory.yaml:3:12: Expected a closing } for the { that begins here, found none: add it',
  ],
  [
    'a bracket without its end',
    'all:\n  vars:\n    a: [ssh,\n  hosts:\n    nas-1:\n',
    'homelab-deploy: inventory.yaml:3:8: Expected a closing ] for the [ that begins here, found none: add it',
  ],
  [
    'a tab',
    'all:\n\thosts:\n',
    'homelab-deploy: inventory.yaml:2:1: Expected spaces, found a tab in the indentation: replace it',
  ],
  [
    'wrong indentation',
    'all:\n  hosts:\n     nas-1:\n    nas-2:\n',
    'homelab-deploy: inventory.yaml:4:5: Expected the same indentation as the lines that belong together, found another: line it up',
  ],
  [
    'two values on a line',
    'all:\n  vars:\n    a: b: c\n',
    'homelab-deploy: inventory.yaml:3:8: Expected one key and value on the line: quote a value that contains ": "',
  ],
  [
    'a missing colon',
    'all:\n  hosts\n    nas-1:\n',
    'homelab-deploy: inventory.yaml:2:3: Expected "key:" or "key: value" on the line: a colon, a quote or a bracket may be missing here or above',
  ],
  [
    'a value with an at sign',
    'all:\n  vars:\n    a: @home\n',
    'homelab-deploy: inventory.yaml:3:8: Expected a value that starts with another character: quote it',
  ],
  [
    'an unknown escape',
    'all:\n  vars:\n    a: "C:\\home"\n',
    'homelab-deploy: inventory.yaml:3:11: Expected an escape that YAML knows after the backslash: use single quotes for a plain backslash',
  ],
  [
    'an alias without its anchor',
    'all:\n  vars:\n    a: *home\n',
    'homelab-deploy: inventory.yaml:3:8: Expected an alias of an anchor that stands before it, found *home: quote it if it is a text',
  ],
  [
    'an unknown tag',
    'all:\n  vars:\n    a: !secret x\n',
    'homelab-deploy: inventory.yaml:3:16: Expected !vault, !unsafe or no tag, found !secret, which is not supported: write the value without it',
  ],
  [
    'two documents',
    'all:\n  hosts:\n    nas-1:\n---\nall:\n',
    'homelab-deploy: inventory.yaml:4:1: Expected one document, found "---" in the middle: remove it, or what follows',
  ],
  [
    'an invisible character',
    'all:\n  vars:\n    a: "x\u0007"\n',
    'homelab-deploy: inventory.yaml:3:10: Expected plain text, found the invisible character U+0007: write it as an escape in double quotes',
  ],
  [
    'a date that does not exist',
    'all:\n  hosts: {nas-1: }\n  vars:\n    a: 2026-02-30\n',
    'homelab-deploy: inventory.yaml:4:8: Expected a date that exists, found 2026-02-30: quote it if it is a text',
  ],
  [
    'hosts as a list',
    'all:\n  hosts:\n    - nas-1\n    - nas-2\n',
    'homelab-deploy: inventory.yaml:3:5: all.hosts: Expected a mapping, found a list: write each line without the hyphen, with a colon at its end',
  ],
  [
    'groups as a list',
    'all:\n  children:\n    - nas\n',
    'homelab-deploy: inventory.yaml:3:5: all.children: Expected a mapping, found a list: write each line without the hyphen, with a colon at its end',
  ],
  [
    'variables as a list',
    'all:\n  hosts: {a: }\n  vars:\n    - a: b\n',
    'homelab-deploy: inventory.yaml:4:5: all.vars: Expected a mapping, found a list: write each line without the hyphen, with a colon at its end',
  ],
  [
    'a host with its address behind it',
    'all:\n  hosts:\n    nas-1: 192.168.1.10\n',
    'homelab-deploy: inventory.yaml:3:12: nas-1: Expected the host\'s variables, found "192.168.1.10": write "ansible_host: 192.168.1.10" below "nas-1:", indented',
  ],
  [
    'a host with a word behind it',
    'all:\n  hosts:\n    nas-1: admin\n',
    'homelab-deploy: inventory.yaml:3:12: nas-1: Expected the host\'s variables, found "admin": write "name: value" lines below "nas-1:", indented',
  ],
  [
    'a host that is a list',
    'all:\n  hosts:\n    nas-1: [ssh]\n',
    'homelab-deploy: inventory.yaml:3:12: nas-1: Expected the host\'s variables, found a list: write "name: value" lines below "nas-1:", indented',
  ],
  [
    'a group with a word behind it',
    'all:\n  children:\n    nas: nas-1\n',
    'homelab-deploy: inventory.yaml:3:5: Expected a group below all, found "nas-1": write "hosts:" below its name',
  ],
  [
    'groups in a circle',
    'all:\n  children:\n    a: {children: {b: }}\n    b: {children: {a: }}\n',
    'homelab-deploy: inventory.yaml:4:20: Expected groups without a circle, found a both above and below b: remove it from one of the two',
  ],
  [
    'a number as a host',
    'all:\n  hosts:\n    1: {}\n',
    "homelab-deploy: inventory.yaml:3:5: Expected a host's name as a text, found 1: quote it",
  ],
  [
    'a number as a group',
    'all:\n  children:\n    1: {hosts: {a: }}\n',
    "homelab-deploy: inventory.yaml:3:5: Expected a group's name as a text, found 1: quote it",
  ],
  [
    'a number as a variable',
    'all:\n  vars:\n    1: x\n',
    "homelab-deploy: inventory.yaml:3:5: Expected a variable's name as a text, found 1: quote it",
  ],
  [
    'a range without its end',
    'all:\n  hosts:\n    nas-[1:]:\n',
    'homelab-deploy: inventory.yaml:3:5: Expected a range with an end, found [1:]: write both, such as [1:3]',
  ],
  [
    'a range from high to low',
    'all:\n  hosts:\n    nas-[3:1]:\n',
    'homelab-deploy: inventory.yaml:3:5: Expected a range from low to high, found [3:1], which names no host: write [1:3]',
  ],
  [
    'a range that is none',
    'all:\n  hosts:\n    nas-[1-3]:\n',
    'homelab-deploy: inventory.yaml:3:5: Expected a range such as [1:3] or [1:9:2], found [1-3]: write a colon between the ends',
  ],
  [
    'a bracket in a name',
    'all:\n  hosts:\n    "nas-[1": {}\n',
    'homelab-deploy: inventory.yaml:3:5: Expected a range such as [1:3], found a bracket without its pair: close it',
  ],
  [
    'a priority that is none',
    'all:\n  hosts: {a: }\n  vars:\n    ansible_group_priority: high\n',
    'homelab-deploy: inventory.yaml:4:29: ansible_group_priority: Expected a whole number, found "high": write one, such as 10',
  ],
  [
    'a plugin, without Ansible',
    'plugin: community.general.nmap\n',
    'homelab-deploy: Expected YAML, or ansible-inventory on the path, found inventory.yaml (the configuration of the inventory plugin community.general.nmap) and no such program: install Ansible here ("apt install ansible-core"), or run this where Ansible is: ANSIBLE_VARS_ENABLED= ansible-inventory -i inventory.yaml --list --yaml --export --output inventory.yaml (what is in the clear in the inventory stays so)',
  ],
  [
    'INI, without Ansible',
    '[nas]\nnas-1\n',
    'homelab-deploy: Expected YAML, or ansible-inventory on the path, found inventory.yaml (Ansible\'s INI format) and no such program: install Ansible here ("apt install ansible-core"), or run this where Ansible is: ANSIBLE_VARS_ENABLED= ansible-inventory -i inventory.yaml --list --yaml --export --output inventory.yaml (what is in the clear in the inventory stays so)',
  ],
  [
    'groups without hosts',
    'all:\n  children:\n    nas: {hosts: {}}\n',
    'homelab-deploy: Expected hosts in inventory.yaml, found none: add them, in YAML such as "all: {hosts: {nas-1: {ansible_host: 192.168.1.10}}}"',
  ],
  [
    'JSON with a comma too many',
    '{"all": {"hosts": {"nas-1": {},}}}}\n',
    'homelab-deploy: inventory.yaml:1:35: Expected the value to end before this: check quotes, brackets and indentation here and above',
  ],
  [
    'a sops value',
    GOOD.replace('a-key', 'ENC[AES256_GCM,data:x]'),
    'homelab-deploy: inventory.yaml:7:28: homelab_agent_api_key: Expected a decrypted value, found one that sops encrypted: let Ansible decrypt it (vars_plugins_enabled = host_group_vars,community.sops.sops in ansible.cfg, with ansible-inventory on this machine), or keep it with ansible-vault (nas-1, nas-2, pi-1)',
  ],
  [
    'a vaulted value without its tag',
    GOOD.replace('"a-key"', '"$ANSIBLE_VAULT;1.1;AES256"'),
    'homelab-deploy: inventory.yaml:7:28: homelab_agent_api_key: Expected a decrypted value, found a vaulted one without !vault before it, which Ansible would use as it is, too: write "!vault |" before it, and the lines below (nas-1, nas-2, pi-1)',
  ],
]);
