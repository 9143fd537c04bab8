export { DEFAULT_BATCH_SIZE } from './broker';
export type { BatchOptions, Broker, Delivery, HeldDelivery, Subscription, Verdict } from './broker';
export { Backoff, pause, redeliveryBackoff } from './backoff';
export type { BackoffOptions } from './backoff';
export { encodeBody } from './body';
export {
  BrokerClosedError,
  BrokerUnavailableError,
  MessageEncodingError,
  MessageRefusedError,
  QueueMismatchError,
} from './errors';
export type { BrokerLog } from './log';
export { isSealed } from './sealed/envelope';
export type { Seal } from './sealed/envelope';
export { SealedBroker } from './sealed/sealed.broker';
export { topicMatcher } from './topic';
export { BROKER } from './token';
export { brokerConfig } from './config';
export type { BrokerConfig } from './config';
