import { createRequire } from 'node:module';

/** The version of this package, which is the version of Tork. */
export const version = (createRequire(__filename)('../package.json') as { version: string }).version;
