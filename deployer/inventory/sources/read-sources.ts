import { dirname, join } from 'node:path';
import type { AnsibleSettings } from '../config/settings.ts';
import { listDirectory } from '../files/read.ts';
import { VarsFolder, type VarsReader } from '../files/vars-folder.ts';
import type { HostEntry, Variables } from '../groups/group.ts';
import type { GroupGraph } from '../groups/group-graph.ts';
import { readGroups } from '../groups/read-groups.ts';
import { mergeVariables, type VarsFolders } from '../merge-variables.ts';
import { asksForPassword, type VaultOptions } from '../vault/load-passwords.ts';
import type { Vault } from '../vault/vault.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { askAnsible, type Why } from './ask-ansible.ts';
import type { Source } from './find-sources.ts';
import { onlyAnsible } from './only-ansible.ts';
import { readAnswer } from './read-answer.ts';
import { secretVariables } from './secret-variables.ts';
import { type OpenSource, openSource, placeForAll } from './source-kind.ts';

/** What an inventory's sources contain, read here or by Ansible. */
export interface ReadSources {
  readonly family: GroupGraph;
  readonly variables: ReadonlyMap<HostEntry, Variables>;
  /** `inventory_file` and `inventory_dir` of a host, as far as they are known. */
  placeOf(host: HostEntry): InventoryPlace;
  /** Those of the sources that are YAML files. */
  readonly yamlFiles: readonly string[];
  /** Where `host_vars` are, the strongest last. */
  readonly hostVars: readonly VarsFolder[];
  /** Where a variable of all hosts belongs, in words. */
  readonly placeForAll: string;
  /** Who read it, if it was not this program. */
  readonly reader: string | undefined;
  readonly warnings: readonly string[];
}

interface InventoryPlace {
  readonly file?: string | undefined;
  readonly directory?: string | undefined;
}

interface Task {
  readonly sources: readonly Source[];
  readonly settings: AnsibleSettings;
  readonly options: VaultOptions;
  readonly vault: Vault;
  /** Absolute. */
  readonly playbookDir: string;
  /** How messages name a path. */
  readonly show: (path: string) => string;
}

/** Reads YAML here, and asks Ansible itself for everything else. Throws InventoryError. */
export async function readSources(task: Task): Promise<ReadSources> {
  const opened = [];
  for (const source of task.sources) opened.push(await openSource(source, task.vault));
  const other = opened.flatMap(({ source, kind }) =>
    kind.yaml ? [] : [`${source.shown} (${kind.words})`],
  );
  const setting = onlyAnsible(task.settings);
  const bySetting = setting === undefined ? undefined : { setting };
  const why: Why | undefined = other[0] === undefined ? bySetting : { source: other[0] };
  const places = placesOf(task, opened);
  if (why !== undefined) return await readByAnsible({ ...task, opened, why }, places);
  return await readHere(opened, places);
}

/** Where variables are, and what is found there that a person should know. */
interface Places extends Pick<ReadSources, 'yamlFiles' | 'hostVars' | 'placeForAll'> {
  readonly folders: readonly VarsFolders[];
  readonly warnings: string[];
}

function placesOf(task: Task, opened: readonly OpenSource[]): Places {
  const warnings: string[] = [];
  const reader: VarsReader = {
    show: task.show,
    decryptFile: (text, name) => task.vault.openFile(text, name),
    warn: message => warnings.push(message),
  };
  const folders = variableDirectories(task).map(directory => ({
    groups: new VarsFolder(join(directory, 'group_vars'), reader),
    hosts: new VarsFolder(join(directory, 'host_vars'), reader),
  }));
  return {
    yamlFiles: opened.flatMap(({ source, kind }) => (kind.yaml ? [source.path] : [])),
    hostVars: folders.map(({ hosts }) => hosts),
    placeForAll: placeForAll(opened),
    folders,
    warnings,
  };
}

async function readHere(opened: readonly OpenSource[], places: Places): Promise<ReadSources> {
  const { folders, warnings } = places;
  const files = opened.map(({ source: { path, shown }, text, secret }) => {
    const yaml = readYaml(text, shown, { secret });
    warnings.push(...yaml.warnings);
    return { root: yaml.root, path, shown };
  });
  const { family, warnings: groupWarnings } = readGroups(files);
  warnings.push(...groupWarnings);
  const variables = await mergeVariables(family, folders);
  const placeOf = ({ source }: HostEntry) => (source === undefined ? {} : fileAt(source));
  return { ...places, family, variables, placeOf, reader: undefined };
}

async function readByAnsible(
  task: Task & { readonly opened: readonly OpenSource[]; readonly why: Why },
  places: Places,
): Promise<ReadSources> {
  const { sources, settings, options, vault, playbookDir, opened, why } = task;
  const typed = asksForPassword(options, settings) ? await vault.unlock() : undefined;
  const answer = await askAnsible({ sources, why, playbookDir, options, typed });
  const isSecret = await secretVariables(opened, variableDirectories(task), vault);
  const family = readAnswer(answer.json, isSecret);
  const variables = new Map([...family.hosts.values()].map(host => [host, host.vars]));
  const place = await onlyPlace(sources);
  const reader = `ansible-inventory ${answer.version}`;
  const warnings = [...answer.warnings, ...(await leftOut(task, reader))];
  return { ...places, family, variables, placeOf: () => place, reader, warnings };
}

/** Ansible before 2.18 passes over a directory's .ini files, and says nothing. */
async function leftOut({ sources, settings }: Task, reader: string): Promise<string[]> {
  const isNew = Number(/ 2\.(\d+)$/.exec(reader)?.[1] ?? 99) >= 18;
  if (isNew || settings.get('ignore_extensions') !== undefined) return [];
  const warnings: string[] = [];
  for (const { path, shown } of sources.filter(({ type }) => type === 'directory')) {
    for (const name of (await listDirectory(path, shown)).keys()) {
      if (!name.endsWith('.ini')) continue;
      warnings.push(
        `${shown}/${name}: left out by ${reader}, as is every .ini file of a directory: rename it`,
      );
    }
  }
  return warnings;
}

/** Where `group_vars/` and `host_vars/` may be, weak ones first; of a directory that comes twice, the last counts. */
function variableDirectories({ sources, playbookDir }: Task): string[] {
  const own = sources.flatMap(({ path, type }) => {
    if (type === 'list') return [];
    return [type === 'directory' ? path : dirname(path)];
  });
  return [...new Set([...own, playbookDir].toReversed())].toReversed();
}

/** Ansible's answer does not say which source named a host: it is known if there is only one. */
async function onlyPlace(sources: readonly Source[]): Promise<InventoryPlace> {
  const [source, ...more] = sources;
  if (source === undefined || source.type === 'list' || more.length > 0) return {};
  if (source.type === 'file') return fileAt(source.path);
  const nested = [...(await listDirectory(source.path, source.shown))].some(
    ([name, kind]) => kind === 'directory' && name !== 'group_vars' && name !== 'host_vars',
  );
  return nested ? {} : { directory: source.path };
}

function fileAt(file: string): InventoryPlace {
  return { file, directory: dirname(file) };
}
