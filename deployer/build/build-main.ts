import { buildPackage } from './build-package.ts';
import { findHome } from './home.ts';

/** `npm run build`, which npm runs before it packs. */
await buildPackage(await findHome());
