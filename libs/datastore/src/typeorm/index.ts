import 'reflect-metadata';

export { TypeormDatastore } from './typeorm.datastore';
export { PostgresBackend } from './postgres/postgres.backend';
export type { PostgresSettings } from './postgres/pool-config';
