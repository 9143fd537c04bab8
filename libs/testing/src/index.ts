export { eventually } from './eventually';
export type { EventuallyOptions } from './eventually';
export { freePort } from './free-port';
export { createDatabase } from './services/postgres';
export type { TestDatabase } from './services/postgres';
export { createVhost } from './services/rabbitmq';
export type { TestVhost } from './services/rabbitmq';
export { useServices } from './services/use-services';
export type { Services, ServicesOptions } from './services/use-services';
