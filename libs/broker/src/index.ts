export type { BatchOptions, Broker, Delivery, HeldDelivery, Subscription, Verdict } from './broker';
export { BROKER } from './token';
