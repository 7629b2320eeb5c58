import { Argument, type Command } from 'commander';
import type { Context } from '../context.ts';
import { completionScript, SHELLS, type Shell } from '../ui/completion-script.ts';
import { completions } from '../ui/completions.ts';
import { helpNotes } from '../ui/help-notes.ts';

/** `homelab-deploy completion`: complete commands, options and server names. */
export function addCompletion(program: Command, context: Context): void {
  program
    .command('completion')
    .summary('print the completion script for a shell')
    .description(
      'Print a script for the shell that completes commands, options and the names of servers and groups.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText('after', helpNotes(HELP))
    .action((shell: Shell) => {
      context.stdout.write(completionScript(shell));
    });
  program
    .command('complete', { hidden: true })
    .description('Print the completions of these words, one a line')
    .argument('[word...]')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (words: string[]) => {
      const found = await completions(program, words, files => hostNames(context, files));
      context.stdout.write(found.map(word => `${word}\n`).join(''));
    });
}

/** Groups and hosts of an inventory; none if it cannot be read, as completion shows no errors. */
async function hostNames(context: Context, files: readonly string[]): Promise<string[]> {
  try {
    const { inventoryNames } = await import('../inventory/inventory-names.ts');
    return await inventoryNames(context, files);
  } catch {
    return [];
  }
}

const HELP = `
bash, where the package bash-completion is installed:
  $ mkdir -p ~/.local/share/bash-completion/completions
  $ homelab-deploy completion bash > ~/.local/share/bash-completion/completions/homelab-deploy

zsh, with "fpath=(~/.zfunc $fpath)" before "autoload -U compinit; compinit" in ~/.zshrc:
  $ mkdir -p ~/.zfunc
  $ homelab-deploy completion zsh > ~/.zfunc/_homelab-deploy

fish:
  $ mkdir -p ~/.config/fish/completions
  $ homelab-deploy completion fish > ~/.config/fish/completions/homelab-deploy.fish

It works in shells that are started after that, where homelab-deploy is on the path.
`;
