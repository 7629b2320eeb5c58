import { join } from 'node:path';
import { counted } from '../../../agent/contract/amounts.ts';
import { type RepeatedOptions, repeatedOptions } from '../../ui/repeated-options.ts';
import type { Answers, ChosenCredential } from './answers.ts';
import { renderInventory } from './render-inventory.ts';
import type { VaultChoice } from './vault-choice.ts';
import type { NewFile } from './write-files.ts';

/** Where things go, and what is there. */
export interface Places {
  readonly cwd: string;
  /** The inventory's file, and as messages name it. */
  readonly path: string;
  readonly shown: string;
  /** The options that later commands need as well; with the inventory only where they would not find it. */
  readonly again: RepeatedOptions;
  /** Whether an ansible.cfg in the working directory would be read, and hide no other. */
  readonly mayConfigure: boolean;
  /** The ansible.cfg that is read already. */
  readonly configured: string | undefined;
}

/** What is written and what comes next. */
export interface InitPlan {
  readonly files: readonly NewFile[];
  /** The next commands, with what each is for. */
  readonly next: readonly (readonly [command: string, about: string])[];
  /** Sentences for the person. */
  readonly notes: readonly string[];
}

/** From the answers to a new inventory. */
export function planFiles(answers: Answers, vault: VaultChoice | undefined, to: Places): InitPlan {
  const { path, shown } = to;
  const inventory: NewFile = {
    ...{ path, shown, secret: false, text: renderInventory(answers) },
    about: counted(answers.hosts.length, 'server'),
  };
  const around = planVault(vault, to);
  return {
    files: [...around.files, inventory],
    next: nextCommands(answers.credential, around.options),
    notes: around.notes,
  };
}

/** How later commands find the vault password: by an ansible.cfg here, else by an option. */
export function planVault(
  vault: VaultChoice | undefined,
  { cwd, again, mayConfigure, configured }: Places,
): { files: NewFile[]; options: string; notes: string[] } {
  const { inventory, transport, askBecomePass } = again;
  const others = repeatedOptions({ inventory, transport, askBecomePass });
  if (vault === undefined) return { files: [], options: others, notes: [] };
  const made = vault.made === undefined ? [] : [vault.made];
  const line = `vault_password_file = ${vault.file}`;
  if (vault.file !== undefined && mayConfigure) {
    const config: NewFile = {
      ...{ path: join(cwd, 'ansible.cfg'), shown: 'ansible.cfg', secret: false },
      text: `# Read by homelab-deploy and Ansible in this directory; written by "homelab-deploy init".
[defaults]
${line}

[connection]
# Of Ansible: one round trip a task instead of four.
pipelining = true
`,
      about: 'names the file with the vault password',
    };
    return { files: [...made, config], options: others, notes: [] };
  }
  const options = vault.options === '' ? others : `${others} ${vault.options}`;
  const notes =
    vault.file === undefined || configured === undefined
      ? []
      : [`With "${line}" under [defaults] in ${configured} the option is not needed.`];
  return { files: made, options, notes };
}

/** The next commands; an inventory without a key cannot be used yet. */
export function nextCommands({ kind }: Pick<ChosenCredential, 'kind'>, options: string) {
  const doctor = [`homelab-deploy doctor${options}`, 'checks servers and hub'] as const;
  const push = [`homelab-deploy push --all${options}`, 'installs the agent'] as const;
  const enroll = [
    `homelab-deploy enroll --all${options}`,
    'gives each server its token, and installs the agent',
  ] as const;
  return kind === 'tokens' ? [enroll, doctor] : [doctor, push];
}
