import 'reflect-metadata';

export { TypeormDatastore } from './typeorm.datastore';
export type { TypeormDatastoreOptions } from './typeorm.datastore';
export type { Backend } from './backend';
export { PgliteBackend } from './pglite/pglite.backend';
export type { PgliteSettings } from './pglite/pglite.backend';
export { FolderInUseError } from './pglite/folder-lock';
export { PostgresBackend } from './postgres/postgres.backend';
export type { PostgresSettings } from './postgres/pool-config';
