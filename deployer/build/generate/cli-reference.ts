import { Readable, Writable } from 'node:stream';
import { createProgram } from '../../cli.ts';
import type { Context } from '../../context.ts';

/** Columns of the help on the page. */
const WIDTH = 100;

/** Every command's help, as a terminal shows it, under a heading of its own. */
export function cliReference(): string {
  const written: string[] = [];
  const program = createProgram(pageContext(written), { version: 'X.Y.Z' });
  const commands = [program, ...program.commands.filter(command => command.name() !== 'help')];
  const parts = commands.map(command => {
    written.length = 0;
    command.outputHelp();
    const title = command === program ? 'homelab-deploy' : `homelab-deploy ${command.name()}`;
    return `## ${title}\n\n\`\`\`text\n${written.join('').trim()}\n\`\`\`\n`;
  });
  return parts.join('\n');
}

function pageContext(written: string[]): Context {
  const page = new Writable({
    decodeStrings: false,
    write(chunk, _, done) {
      written.push(String(chunk));
      done();
    },
  });
  return {
    cwd: '/',
    env: {},
    home: '/',
    stdin: Readable.from([]),
    stdout: Object.assign(page, { columns: WIDTH }),
    stderr: page,
    signal: new AbortController().signal,
    exitCode: 0,
  };
}
