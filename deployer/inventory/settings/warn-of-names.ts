import { nearest } from '../../../agent/contract/nearest.ts';
import type { Variables } from '../groups/group.ts';
import { showPosition } from '../problem.ts';
import { allConnectionVariables } from './connection-variables.ts';

const CONNECTION: readonly string[] = allConnectionVariables.flatMap(({ names }) => names);

/** What starts so belongs to another of Ansible's plugins, or to a program that is not used here. */
const OTHERS = /^ansible_(?:su|scp|sftp)_/;

/** Variables that are nearly one of Ansible's about connections: it ignores them without a word. */
export function warnOfNames(hosts: readonly Variables[]): string[] {
  const warnings = new Set<string>();
  for (const variables of hosts) {
    for (const [name, { at, node }] of variables) {
      // A list or a mapping is meant for something else.
      if (!name.startsWith('ansible_') || node.kind === 'map' || node.kind === 'list') continue;
      const isKnown = CONNECTION.includes(name) || OTHERS.test(name);
      const near = isKnown ? undefined : nearConnection(name);
      if (near === undefined) continue;
      warnings.add(
        `${showPosition(at)}: ${name}: Ansible knows no such variable: did you mean ${near}?`,
      );
    }
  }
  return [...warnings];
}

function nearConnection(name: string): string | undefined {
  const short = (text: string): string => text.replace('ansible_', '');
  const word = short(name);
  const near = nearest(word, CONNECTION.map(short), word.length > 3 ? 2 : 1);
  return near === undefined ? undefined : `ansible_${near}`;
}
