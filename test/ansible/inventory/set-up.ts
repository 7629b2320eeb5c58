import { chmod, readFile } from 'node:fs/promises';
import { TestDirectory } from '../../support/test-directory.ts';

/** One invented set-up of test/fixtures/inventories/corpus: a head, and its files behind `-- NAME --`. */
export interface SetUp {
  readonly name: string;
  /** What kind of source it is, as the table calls it. */
  readonly kind: string;
  /** `-i`; empty where ansible.cfg or the environment names the inventory. */
  readonly inventory: readonly string[];
  /** `--playbook-dir`; undefined where ansible.cfg names it. */
  readonly playbookDir: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly vaultPassword: string | undefined;
  /** What the refusal says, if this program refuses what Ansible accepts. */
  readonly refused: string | undefined;
  readonly files: Readonly<Record<string, string>>;
}

const USUAL = ['inventory.yaml', 'inventory.yml', 'hosts.yml', 'inventory', 'hosts'];

export async function readSetUp(name: string, file: string): Promise<SetUp> {
  const [head = '', ...parts] = (await readFile(file, 'utf8')).split(/^-- (.+) --\n/m);
  const files: Record<string, string> = {};
  for (let index = 0; index < parts.length; index += 2) {
    files[parts[index] ?? ''] = parts[index + 1] ?? '';
  }
  const value = (key: string): string | undefined =>
    new RegExp(`^${key}: (.*)$`, 'm').exec(head)?.[1];
  const paths = Object.keys(files);
  const usual = USUAL.filter(each =>
    paths.some(path => path === each || path.startsWith(`${each}/`)),
  );
  const inventory = value('inventory')?.split(' ') ?? usual.slice(0, 1);
  const configured = /playbook_dir/.test(files['ansible.cfg'] ?? '');
  return {
    name,
    kind: value('kind') ?? '',
    inventory: inventory[0] === '-' ? [] : inventory,
    playbookDir: configured ? undefined : (value('playbook-dir') ?? '.'),
    env: Object.fromEntries((value('env')?.split(' ') ?? []).map(pair => pair.split(/=(.*)/))),
    vaultPassword: value('vault'),
    refused: value('refused'),
    files,
  };
}

/** The set-up's files, and `.password` if it needs a vault password. Programs can be run. */
export async function lay(setUp: SetUp): Promise<TestDirectory> {
  const { files, vaultPassword } = setUp;
  const password = vaultPassword === undefined ? {} : { '.password': vaultPassword };
  const directory = await TestDirectory.create({ ...files, ...password });
  for (const [name, text] of Object.entries(files)) {
    if (text.startsWith('#!')) await chmod(directory.file(name), 0o755);
  }
  return directory;
}
