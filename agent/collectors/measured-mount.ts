import type { Space } from '../host/space.ts';
import type { Mount } from './mounts.ts';

/** A mounted file system with the space that it reports. */
export interface MeasuredMount {
  mount: Mount;
  space: Space;
}
