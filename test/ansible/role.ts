import { fileURLToPath } from 'node:url';

/** The directory of site.yml. */
export const ANSIBLE = fileURLToPath(new URL('../../ansible', import.meta.url));
export const ROLE = `${ANSIBLE}/roles/homelab_agent`;
