import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeatedOptions } from '../../../../deployer/ui/repeated-options.ts';

test('repeatedOptions() writes what was given as a shell reads it, and nothing that was not', () => {
  assert.equal(repeatedOptions({ transport: 'node-ssh', askVaultPass: false }), '');
  const given = {
    ...{ inventory: ['a', 'my hosts'], extraVars: ['x=1'], playbookDir: 'site' },
    ...{ vaultId: ['lab@vp'], askVaultPass: true },
  };
  assert.equal(
    repeatedOptions(given),
    " -i a -i 'my hosts' -e x=1 --playbook-dir site --vault-id lab@vp --ask-vault-pass",
  );
});

test('repeatedOptions() never repeats a secret', () => {
  const extraVars = ['homelab_agent_api_key=abc', '{"ansible_password": "abc"}', '@keys.yml'];
  assert.equal(repeatedOptions({ extraVars }), " -e '…' -e '…' -e @keys.yml");
});
