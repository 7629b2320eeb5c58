import manifest from '../package.json' with { type: 'json' };

/** The version that the hub shows beside the server. */
export const version: string = manifest.version;
