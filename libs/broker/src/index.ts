export type { BatchOptions, Broker, Delivery, HeldDelivery, Subscription, Verdict } from './broker';
export {
  BrokerClosedError,
  BrokerUnavailableError,
  MessageEncodingError,
  MessageRefusedError,
  QueueMismatchError,
} from './errors';
export type { BrokerLog } from './log';
export { BROKER } from './token';
export { brokerConfig } from './config';
export type { BrokerConfig } from './config';
