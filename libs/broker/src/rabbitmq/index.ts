export { RabbitmqBroker } from './rabbitmq.broker';
export { rabbitmqOptions } from './options';
export type { RabbitmqBrokerOptions } from './options';
export type { QueueSettings } from './queue-form';
