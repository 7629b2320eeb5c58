import { Apt } from '../../../../../agent/collectors/apt.ts';
import type { KeptUpdates } from '../../../../../agent/collectors/kept-updates.ts';
import type { Host } from '../../../../../agent/host/host.ts';
import { FakeClock } from '../../../../support/fake-clock.ts';
import { FakeCommand, RecordedWarnings } from './fakes.ts';
import type { Files } from './host-tree.ts';

/** A host with apt, whose lists are of a certain time. */
export const debian: Files = {
  'usr/bin/apt-get': '',
  'recorded/mtimes.json': '{"var/lib/apt/lists":"2026-11-22T00:00:00Z"}',
};

/** The collector on a host where apt's programs answer so. */
export function aptOn(
  host: Host,
  answer: (name: string) => string | Promise<string>,
  kept?: KeptUpdates,
) {
  const [clock, command, warnings] = [
    new FakeClock(),
    new FakeCommand(answer),
    new RecordedWarnings(),
  ];
  const apt = new Apt({ host, command, clock, kept });
  /** One beat's answer; `warnings` are then its own. */
  const read = (wait: boolean) => {
    warnings.take();
    return apt.read(warnings.warn, wait);
  };
  return { read, clock, command, warnings };
}
