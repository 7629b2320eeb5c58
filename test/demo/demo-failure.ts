/** The demo did not show what it promises; the message says what was wanted and found. */
export class DemoFailure extends Error {
  override readonly name = 'DemoFailure';
}
