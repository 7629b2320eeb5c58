const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One word for a POSIX shell: as it is where that is safe, else in single quotes. */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new TypeError('Expected a shell word without NUL bytes');
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line for a POSIX shell that runs exactly this argument list. */
export function quote(argv: readonly string[]): string {
  return argv.map(quoteWord).join(' ');
}
