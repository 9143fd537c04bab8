export type { BrokerUnderTest, DistributedBrokerUnderTest } from './broker-under-test';
export { describeBroker, describeDistributedBroker } from './contract';
