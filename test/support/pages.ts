import { readdir, readFile } from 'node:fs/promises';

/** What people read, by path from the root: the README and the pages. */
export async function readPages(): Promise<Map<string, string>> {
  const names = [
    ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'agent/PITFALLS.md', 'ansible/README.md'],
    'ansible/roles/homelab_agent/README.md',
    ...(await readdir('docs')).filter(name => name.endsWith('.md')).map(name => `docs/${name}`),
  ];
  const texts = names.map(
    async (name): Promise<[string, string]> => [name, await readFile(name, 'utf8')],
  );
  return new Map(await Promise.all(texts));
}

/** Each block that a shell runs, as its lines without prompts and comments. */
export function shellBlocks(text: string): string[][] {
  const blocks = [...text.matchAll(/^```(sh|console)\n(.*?)^```$/gms)].map(
    ([, kind, block = '']) => {
      const lines = block.replaceAll(/\\\n\s*/g, '').split('\n');
      const commands = lines.map(line => (kind === 'console' ? /^\$ (.*)$/.exec(line)?.[1] : line));
      return commands.map(command => (command ?? '').split(/\s#\s/)[0]?.trim() ?? '');
    },
  );
  return blocks.map(lines => lines.filter(line => line !== ''));
}

/** Command lines of homelab-deploy within the text; `COMMAND` stands for any, and a word alone is a name. */
export function commandsInText(text: string): string[] {
  const found = [...text.matchAll(/`(homelab-deploy [^`…]+)`/g)].map(([, code = '']) => code);
  return found.filter(code => !/ COMMAND\b/.test(code));
}
