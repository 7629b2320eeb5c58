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
