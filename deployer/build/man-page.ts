import { commandHelps } from './generate/cli-reference.ts';

/** Columns of the help: a terminal's 80, less the page's own indent. */
const COLUMNS = 73;

/** The manual page homelab-deploy(1), in troff's man macros: the help of every command. */
export function manPage(version: string): string {
  const [program, ...commands] = commandHelps(COLUMNS);
  const sections = [
    ['NAME', 'homelab-deploy \\- install, update and check the homelab agent on all your servers'],
    ['SYNOPSIS', verbatim(program?.help ?? '')],
    ...commands.map(({ command, help }) => [command.toUpperCase(), verbatim(help)]),
  ];
  return [
    `.TH HOMELAB-DEPLOY 1 "" "homelab-deploy ${version}"`,
    ...sections.map(([title, body]) => `.SH "${title}"\n${body}`),
    '',
  ].join('\n');
}

/** Lines as they are: troff would fill them, and read a leading dot or quote and backslashes as its own. */
function verbatim(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll(/^\./gm, '\\&.');
  return `.nf\n${escaped}\n.fi`;
}
