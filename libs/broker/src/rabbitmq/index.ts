export { RabbitmqBroker } from './rabbitmq.broker';
export type { RabbitmqBrokerOptions } from './options';
export type { QueueSettings } from './queue-form';
