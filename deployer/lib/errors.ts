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
 * Something that the user can fix: shown as its message alone, without a stack.
 * Anything else that is thrown is a fault of ours and is shown with one.
 */
export class UserError extends Error {
  override name = 'UserError';
  /** 2 (usage, inventory or secrets) unless the place that throws knows better. */
  readonly exitCode: number;

  constructor(message: string, options: ErrorOptions & { exitCode?: number } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? 2;
  }
}
