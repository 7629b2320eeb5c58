/** The message of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` that Node's system errors carry, such as ECONNREFUSED. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/**
 * An error that the user can fix: shown as its message alone, without a stack.
 * Any other error is a fault of this program and is shown with its stack.
 */
export class UserError extends Error {
  override name = 'UserError';
  /** The exit code: 2 (usage, inventory or secrets) unless the thrower sets another. */
  readonly exitCode: number;

  constructor(message: string, options: ErrorOptions & { exitCode?: number } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? 2;
  }
}
