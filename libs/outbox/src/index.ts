export { Outbox } from './outbox';
export type { OutboxLog, OutboxOptions } from './outbox';
export { OutboxRelay } from './relay';
export type { OutboxRelayOptions } from './relay';
export { OUTBOX } from './token';
