import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quoteWord } from '../../lib/quote.ts';

/** A secret for ssh, and a part of the prompt that it answers. */
export interface AskpassAnswer {
  readonly question: string;
  readonly secret: string;
}

/**
 * Writes the program that ssh asks for secrets, and gives the environment that makes ssh use it. The secrets stand in
 * the environment of that one ssh alone: neither on a command line nor in a file. Any other question gets no answer.
 */
export async function writeAskpass(
  dir: string,
  answers: readonly AskpassAnswer[],
): Promise<Record<string, string>> {
  const cases = answers.map(
    ({ question }, index) =>
      `*${quoteWord(question)}*) printf '%s\\n' "$HOMELAB_SECRET_${index}" ;;`,
  );
  const script = ['#!/bin/sh', 'case $1 in', ...cases, '*) exit 1 ;;', 'esac', ''].join('\n');
  const file = join(dir, 'askpass');
  await writeFile(file, script, { mode: 0o700 });
  const secrets = answers.map(({ secret }, index) => [`HOMELAB_SECRET_${index}`, secret]);
  // Older ssh looks at DISPLAY before it asks by a program.
  return {
    ...Object.fromEntries(secrets),
    SSH_ASKPASS: file,
    SSH_ASKPASS_REQUIRE: 'force',
    DISPLAY: ':none',
  };
}
