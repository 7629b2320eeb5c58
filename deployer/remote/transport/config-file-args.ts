/** The `-F FILE` among ssh's arguments: all that OpenSSH itself passes on to the jump hosts of a ProxyJump. */
export function configFileArgs(args: readonly string[]): string[] {
  for (const [index, arg] of args.entries()) {
    if (arg === '-F') return args.slice(index, index + 2);
    if (arg.startsWith('-F')) return [arg];
  }
  return [];
}
