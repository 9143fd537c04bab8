export type {
  Changes,
  Datastore,
  Directory,
  JobProgress,
  OutboxRow,
  PageRequest,
  TaskProgress,
  TaskRef,
  Transaction,
} from './datastore';
export { DatastoreUnavailableError, DuplicateError, InvalidValueError } from './errors';
export { DATASTORE } from './token';
export { DEFAULT_DSN, datastoreConfig } from './config';
export type { DatastoreConfig } from './config';
export { DsnError } from './dsn';
