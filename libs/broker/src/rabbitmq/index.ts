export { RabbitmqBroker } from './rabbitmq.broker';
export type { RabbitmqBrokerOptions } from './rabbitmq.broker';
export type { QueueSettings } from './queue-form';
