import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { KNOWN_VARIABLES } from '../../../deployer/inventory/settings/read-host-settings.ts';
import { ROLE, readRole } from '../../ansible/role.ts';

interface Spec {
  readonly default?: unknown;
}
interface Specs {
  readonly argument_specs: { readonly main: { readonly options: Record<string, Spec> } };
}

const specs = (await readRole('meta/argument_specs.yml')) as Specs;
const options = specs.argument_specs.main.options;
const names = Object.keys(options).sort();

describe("the role's variables", () => {
  it('are the same in the specification and in the defaults, those without a value as comments', async () => {
    const text = await readFile(`${ROLE}/defaults/main.yml`, 'utf8');
    const written = [...text.matchAll(/^(?:# )?(homelab_agent_\w+):/gm)].map(([, name]) => name);
    assert.deepEqual(written.sort(), names);
  });

  it('have the same default in the specification and in the defaults', async () => {
    const defaults = (await readRole('defaults/main.yml')) as Record<string, unknown>;
    const specified = Object.fromEntries(
      Object.entries(options).flatMap(([name, spec]) =>
        spec.default === undefined ? [] : [[name, spec.default]],
      ),
    );
    assert.deepEqual(specified, defaults);
  });

  it('each have a row in the README', async () => {
    const text = await readFile(`${ROLE}/README.md`, 'utf8');
    const rows = [...text.matchAll(/^\| `(homelab_agent_\w+)` \| [^|]*\| [^|]+\|$/gm)];
    assert.deepEqual(rows.map(([, name]) => name).sort(), names);
  });

  it('are those that homelab-deploy knows in an inventory, which also knows those of the playbooks', () => {
    const playbooks = ['serial', 'rollback_release'];
    const known = [...names, ...playbooks.map(name => `homelab_agent_${name}`)].sort();
    assert.deepEqual([...KNOWN_VARIABLES].sort(), known);
  });

  it('each have a comment above them in the defaults', async () => {
    const lines = (await readFile(`${ROLE}/defaults/main.yml`, 'utf8')).split('\n');
    const bare = lines.filter(
      (line, at) => /^(# )?homelab_agent_\w+:/.test(line) && !/^# [^h-]/.test(lines[at - 1] ?? ''),
    );
    assert.deepEqual(bare, []);
  });
});
