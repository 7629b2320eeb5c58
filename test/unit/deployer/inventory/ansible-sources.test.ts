import assert from 'node:assert/strict';
import { chmod, stat } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { ansibleList, showJson } from '../../../../deployer/inventory/ansible-list.ts';
import { loadInventory } from '../../../../deployer/inventory/load-inventory.ts';
import { showVariables } from '../../../../deployer/inventory/show-variables.ts';
import { encrypt } from '../../../../deployer/inventory/vault/encrypt.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';
import { load, names } from './sources-rig.ts';

/** Prints its arguments as a warning and this answer. */
const ANSWER = `#!/bin/sh
case $* in *--version*) echo 'ansible-inventory [core 2.19.11]'; exit;; esac
printf '[WARNING]: asked %s and a line that\\n  goes on\\n[DEPRECATION WARNING]: no\\n' "$*" >&2
cat <<'END'
{"_meta": {"hostvars": {"a-1": {"vip": "{{ inventory_hostname }}", "v": {"__ansible_vault": "x"}, "n": NaN, "hidden": "geheim", "i": 12345678901234567890}}},
 "all": {"children": ["ungrouped", "nas", "b"]}, "ungrouped": {"hosts": ["z"]}, "nas": {"hosts": ["nas-2", "a-1"], "children": ["b"]}, "b": {"hosts": ["nas-1"]}}
END
`;

test("everything else is read by ansible-inventory, and its values are templated and masked as this program's own", async () => {
  const inventory = await load({
    files: {
      'bin/ansible-inventory': ANSWER,
      hosts: '[nas]\n',
      pw: 'x',
      'group_vars/nas.sops.yml': 'hidden: ENC[AES256_GCM,data:x]\nsops: {mac: x}\n',
    },
    options: { playbookDir: 'bin', vaultPasswordFiles: ['pw'] },
  });
  assert.equal(inventory.reader, 'ansible-inventory 2.19');
  assert.deepEqual(names(inventory), ['z', 'nas-2', 'a-1', 'nas-1']);
  const host = inventory.hosts[2];
  assert.deepEqual(host?.groups, ['nas']);
  assert.deepEqual(inventory.hosts[3]?.groups, ['b', 'nas']);
  assert.equal(host?.variable('vip'), 'a-1');
  assert.equal(host?.variable('i'), 12345678901234567890n);
  assert.equal(String(host?.variable('hidden')), '[REDACTED]');
  assert.throws(() => host?.variable('v'), { message: /^ansible-inventory: v: Expected/ });
  assert.match(
    inventory.warnings.join('\n'),
    /^ansible-inventory: asked -i \S+\/hosts --playbook-dir \S+\/bin --vault-password-file pw --list and a line that goes on$/,
  );
});

test('where a source is vaulted as a whole, no value of the answer is shown', async () => {
  const password = Buffer.from('x');
  const vaulted = encrypt('nas-1 hidden=geheim\n', { label: 'default', password }).join('\n');
  const setups: { files: Record<string, string>; named: string[] }[] = [
    { files: { hosts: vaulted }, named: ['hosts'] },
    { files: { 'all/sub/hosts.yml': vaulted }, named: ['all'] },
    { files: { 'a.yml': vaulted, hosts: 'b\n' }, named: ['hosts', 'a.yml'] },
  ];
  const common = { 'bin/ansible-inventory': ANSWER, pw: 'x' };
  for (const { files, named } of setups) {
    const options = { vaultPasswordFiles: ['pw'] };
    const inventory = await load({ files: { ...common, ...files }, named, options });
    const host = inventory.hosts.find(({ name }) => name === 'a-1');
    assert.equal(String(host?.variable('hidden')), '[REDACTED]', named.join());
    assert.doesNotMatch(showJson(ansibleList(inventory, { mask: true })), /geheim|\b123/);
    assert.ok(host !== undefined);
    assert.match(showVariables(host), /^ {2}i: \[REDACTED\] /m);
  }
  const files = { ...common, 'all/hosts': 'a\n', 'all/group_vars/all.yml': vaulted };
  const open = await load({ files, named: ['all'], options: { vaultPasswordFiles: ['pw'] } });
  assert.equal(open.hosts[2]?.variable('hidden'), 'geheim');
});

test('what ansible-inventory complains of is quoted, without control characters', async () => {
  const program = "#!/bin/sh\nprintf 'ERROR! \\033[31mno such plugin\\n' >&2\nexit 1\n";
  await assert.rejects(load({ files: { hosts: 'a b=c\n', 'bin/ansible-inventory': program } }), {
    message:
      "ansible-inventory cannot read hosts (Ansible's INI format): ERROR!  [31mno such plugin",
  });
});

test('colours, verbosity and debugging that a person set do not reach ansible-inventory', async () => {
  const said = '$ANSIBLE_NOCOLOR $ANSIBLE_FORCE_COLOR $ANSIBLE_VERBOSITY $ANSIBLE_DEBUG';
  const program = ANSWER.replace('cat <<', `echo "[WARNING]: set ${said}" >&2; cat <<`);
  const env = { ANSIBLE_FORCE_COLOR: '1', ANSIBLE_VERBOSITY: '1', ANSIBLE_DEBUG: '1' };
  const files = { hosts: '[nas]\n', 'bin/ansible-inventory': program };
  const { warnings } = await load({ files, env });
  assert.match(warnings.join('\n'), /^ansible-inventory: set True False 0 False$/m);
});

// A reader that is not linear would take minutes.
test('an answer of any length is read, with all digits, soon', { timeout: 60_000 }, async () => {
  const variables = Array.from({ length: 60_000 }, (_, at) => `"v${at}": [${at},\n1e3, "\\u00e4"]`);
  const program = ANSWER.replace('{"vip"', `{${variables.join(',\n')}, "vip"`);
  const files = { hosts: '[nas]\n', 'bin/ansible-inventory': program };
  const { hosts } = await load({ files });
  assert.deepEqual(hosts[2]?.variable('v59999'), [59_999, 1000, 'ä']);
  assert.equal(hosts[2]?.variable('i'), 12345678901234567890n);
  assert.ok(Number.isNaN(hosts[2]?.variable('n')));
});

test('an answer that is no JSON is refused', async () => {
  const broken = [
    '{"a": 1',
    '{"a" 1}',
    '{"a": 1,}',
    '{1: 1}',
    '[1 2]',
    '{} x',
    '"a',
    'a',
    '',
    '[01]',
  ];
  for (const text of [...broken, '[1e]', '["\\x"]', `${'['.repeat(100)}1${']'.repeat(100)}`]) {
    const program = `#!/bin/sh\ncat <<'END'\n${text}\nEND\n`;
    const files = { hosts: '[nas]\n', 'bin/ansible-inventory': program };
    await assert.rejects(load({ files }), { message: /^ansible-inventory: Expected / }, text);
  }
});

test('where a missing variable belongs is said in the format of the inventory', async () => {
  const said: [files: Record<string, string>, named: string[], message: RegExp][] = [
    [{ hosts: '[nas]\n' }, ['hosts'], /: set it under \[all:vars\] in hosts, or for the host/],
    [{ hosts: '[nas]\n' }, ['hosts', 'a,'], /: set it in group_vars\/all\.yml, or/],
    [{}, ['a,b'], /: set it in group_vars\/all\.yml, or for the host/],
  ];
  for (const [files, named, message] of said) {
    const inventory = await load({ files: { ...files, 'bin/ansible-inventory': ANSWER }, named });
    assert.throws(() => inventory.settings(), { message });
  }
});

test('where no source names a host, the next step is said', async () => {
  const program = "#!/bin/sh\necho 'ERROR! No inventory was parsed' >&2\nexit 1\n";
  const files = { 'bin/ansible-inventory': program };
  await assert.rejects(load({ files, directories: ['empty'], named: ['empty'] }), {
    message:
      'ansible-inventory cannot read empty (a directory): ERROR! No inventory was parsed: put a file that names hosts there, or let "homelab-deploy init" write one',
  });
});

/** Says in a warning what stands in the file of `--vault-id` and who may read it. */
const VAULT_ID = `#!/bin/sh
case $* in *--version*) exit;; esac
for word; do case $word in default@*)
    echo "[WARNING]: $(cat "\${word#default@}") $(stat -c %a "\${word#default@}") \${word#default@}" >&2;;
esac; done
echo '{"_meta": {"hostvars": {}}, "all": {"children": ["ungrouped"]}, "ungrouped": {"hosts": ["a"]}}'
`;

test('a vault password that was typed is asked for once and given to Ansible in a file that is gone afterwards', async () => {
  const terminal = () => Object.assign(new PassThrough(), { isTTY: true });
  await using directory = await TestDirectory.create({
    'bin/ansible-inventory': VAULT_ID,
    hosts: 'a\n',
    'group_vars/all.yml': '$ANSIBLE_VAULT;1.1;AES256\n6162\n',
  });
  await chmod(directory.file('bin/ansible-inventory'), 0o755);
  const stdin = terminal();
  stdin.write('open sesame\n');
  const env = { PATH: `${directory.file('bin')}:/usr/bin:/bin` };
  const context = testContext({ cwd: directory.path, env, stdin, stderr: terminal() });
  const { warnings, hosts } = await loadInventory('hosts', { context, askVaultPass: true });
  assert.equal(hosts.length, 1);
  const [, file = ''] = /^ansible-inventory: open sesame 600 (\S+)$/.exec(warnings.join()) ?? [];
  assert.notEqual(file, '', warnings.join());
  await assert.rejects(stat(file), { code: 'ENOENT' });
});

test("a directory's .ini files, which older Ansible passes over without a word, are named", async () => {
  const files = {
    'inventory/hosts': 'a\n',
    'inventory/more.ini': '',
    'bin/ansible-inventory': ANSWER,
  };
  const newer = await load({ files });
  assert.doesNotMatch(newer.warnings.join(), /more\.ini/);
  const older = { ...files, 'bin/ansible-inventory': ANSWER.replace('2.19.11', '2.14.18') };
  assert.match(
    (await load({ files: older })).warnings.join('\n'),
    /^inventory\/more\.ini: left out by ansible-inventory 2\.14, as is every \.ini file of a directory: rename it$/m,
  );
  const config = '[inventory]\nignore_extensions = .md\n';
  const kept = await load({ files: { ...older, 'ansible.cfg': config } });
  assert.doesNotMatch(kept.warnings.join(), /more\.ini/);
});
