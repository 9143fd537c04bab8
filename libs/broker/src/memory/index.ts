export { MemoryBroker } from './memory.broker';
export type { MemoryBrokerOptions } from './memory.broker';
