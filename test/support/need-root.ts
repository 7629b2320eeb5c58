/**
 * Options for a test that boots servers: skipped, with the reason on the screen, when this process is not root.
 * On a machine that is there to run every test (CI is set) it is not skipped but fails, so that nobody takes a green run for a whole one.
 */
export function needRoot(): { skip: string | false } {
  const isRoot = process.getuid?.() === 0;
  if (isRoot || process.env['CI'] !== undefined) return { skip: false };
  return { skip: 'This test boots real servers and takes root: run it as root' };
}
