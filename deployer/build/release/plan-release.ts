/** What a release begins with. */
export interface ReleaseState {
  /** What `git status --porcelain` prints. */
  readonly changes: string;
  /** The releases until now, such as `v0.1.0`. */
  readonly tags: readonly string[];
  /** The day of the release, such as `2026-01-31`. */
  readonly today: string;
  /** The texts of VERSIONED. */
  readonly files: Readonly<Record<Versioned, string>>;
}

/** The files that a release changes. */
export const VERSIONED = [
  'package.json',
  'package-lock.json',
  'ansible/galaxy.yml',
  'CHANGELOG.md',
] as const;
type Versioned = (typeof VERSIONED)[number];

export interface ReleasePlan {
  /** Why it cannot be done; empty if it can. */
  readonly problems: readonly string[];
  /** The new texts of the files. */
  readonly files: Readonly<Record<Versioned, string>>;
  /** What the changelog says of it, for the tag. */
  readonly notes: string;
}

/** What a release changes, or what stands in its way. */
export function planRelease(version: string, state: ReleaseState): ReleasePlan {
  const { files, today } = state;
  const heading = `## ${version} (unreleased)`;
  const [, notes = ''] = files['CHANGELOG.md'].split(`${heading}\n`);
  const section = (notes.split(/^## /m)[0] ?? '').trim();
  const replaced: ReleasePlan['files'] = {
    'package.json': setVersion(files['package.json'], version),
    'package-lock.json': setVersion(files['package-lock.json'], version),
    'ansible/galaxy.yml': files['ansible/galaxy.yml'].replace(
      /^version: .*$/m,
      `version: ${version}`,
    ),
    'CHANGELOG.md': files['CHANGELOG.md'].replace(heading, `## ${version} (${today})`),
  };
  const problems = [
    ...versionProblems(version, state),
    ...(state.changes.trim() === ''
      ? []
      : [`Expected a tree without changes, found:\n${state.changes.trimEnd()}`]),
    ...(section === ''
      ? [`Expected what changed below "${heading}" in CHANGELOG.md, found nothing`]
      : []),
  ];
  return { problems, files: replaced, notes: section };
}

function versionProblems(version: string, { tags, files }: ReleaseState): string[] {
  const numbers = numbersOf(version);
  if (numbers === undefined) return [`Expected a version such as 1.2.3, found ${version}`];
  const stated = /"version": "([^"]+)"/.exec(files['package.json'])?.[1] ?? '';
  const released = tags.flatMap(tag => (numbersOf(tag.replace(/^v/, '')) ? [tag.slice(1)] : []));
  const notNewer = released.find(other => compare(numbers, numbersOf(other)) <= 0);
  if (notNewer !== undefined)
    return [`Expected a version newer than ${notNewer}, found ${version}`];
  // What package.json names may not be released yet.
  return compare(numbers, numbersOf(stated)) < 0
    ? [`Expected ${stated}, which package.json names, or newer, found ${version}`]
    : [];
}

function numbersOf(version: string): number[] | undefined {
  return /^\d+\.\d+\.\d+$/.test(version) ? version.split('.').map(Number) : undefined;
}

function compare(a: readonly number[], b: readonly number[] = []): number {
  for (const [at, number] of a.entries()) {
    if (number !== b[at]) return number - (b[at] ?? 0);
  }
  return 0;
}

/** Of package.json and the lock file, which states it a second time for the package itself. */
function setVersion(text: string, version: string): string {
  const [old = ''] = /"version": "[^"]+"/.exec(text) ?? [];
  const own = new RegExp(`^(?:  |      )${old.replaceAll('.', '\\.')}`, 'gm');
  let left = text.includes('"lockfileVersion"') ? 2 : 1;
  return text.replace(own, found =>
    left-- > 0 ? found.replace(old, `"version": "${version}"`) : found,
  );
}
