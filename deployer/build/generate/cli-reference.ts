import { Readable, Writable } from 'node:stream';
import { createProgram } from '../../cli.ts';
import type { Context } from '../../context.ts';

/** What `--help` prints for the program or one of its commands. */
export interface CommandHelp {
  /** `homelab-deploy`, `homelab-deploy push`. */
  readonly command: string;
  readonly help: string;
}

/** The page docs/cli.md: every command's help under a heading of its own. */
export function cliReference(): string {
  const parts = commandHelps(100).map(
    ({ command, help }) => `## ${command}\n\n\`\`\`text\n${help}\n\`\`\`\n`,
  );
  return parts.join('\n');
}

/** The help of the program and of every command, in the order of the help, as a terminal of so many columns shows it. */
export function commandHelps(columns: number): CommandHelp[] {
  const written: string[] = [];
  const program = createProgram(pageContext(written, columns), { version: 'X.Y.Z' });
  const commands = [program, ...program.commands.filter(command => command.name() !== 'help')];
  return commands.map(command => {
    written.length = 0;
    command.outputHelp();
    const name = command === program ? '' : ` ${command.name()}`;
    return { command: `homelab-deploy${name}`, help: written.join('').trim() };
  });
}

function pageContext(written: string[], columns: number): Context {
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
    stdout: Object.assign(page, { columns }),
    stderr: page,
    signal: new AbortController().signal,
    exitCode: 0,
  };
}
