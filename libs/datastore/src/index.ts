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
export type { ClaimOptions, ClaimedDelivery, Deliveries } from './deliveries';
export { DatastoreUnavailableError, DuplicateError, InvalidValueError } from './errors';
export { Cipher } from './secrets/cipher';
export { DATASTORE } from './token';
export { DEFAULT_DSN, datastoreConfig } from './config';
export type { DatastoreConfig } from './config';
export { DsnError } from './dsn';
