const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * One word for a server's shell: as it is if that is safe, else in single quotes.
 * Quotes and backslashes stand outside the quotes, since fish reads `\` inside them differently from sh.
 */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new TypeError('Expected a shell word without NUL bytes');
  if (PLAIN.test(word)) return word;
  return `'${word.replaceAll(/['\\]/g, special => `'\\${special}'`)}'`;
}

/** A command line for a shell that runs exactly this argument list. */
export function quote(argv: readonly string[]): string {
  return argv.map(quoteWord).join(' ');
}
