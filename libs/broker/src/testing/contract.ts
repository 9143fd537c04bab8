import type { BrokerUnderTest, DistributedBrokerUnderTest } from './broker-under-test';
import { batches } from './contract/batches';
import { closing } from './contract/closing';
import { consuming } from './contract/consuming';
import { events } from './contract/events';
import { outages } from './contract/outages';
import { privateQueues } from './contract/private-queues';
import { processes } from './contract/processes';
import { publishing } from './contract/publishing';
import { queues } from './contract/queues';

/** Proves in a Jest test file that an adapter keeps the promises of the port. `start` is called for every test. */
export function describeBroker(name: string, start: () => Promise<BrokerUnderTest>): void {
  describe(name, () => {
    const underTest = startedForEachTest(start);

    describe('publishing', () => publishing(underTest));
    describe('consuming one by one', () => consuming(underTest));
    describe('consuming in batches', () => batches(underTest));
    describe('private queues', () => privateQueues(underTest));
    describe('events', () => events(underTest));
    describe('queues', () => queues(underTest));
    describe('closing', () => closing(underTest));
  });
}

/** The same, and what is promised of a broker that many processes share over a network. */
export function describeDistributedBroker(name: string, start: () => Promise<DistributedBrokerUnderTest>): void {
  describeBroker(name, start);
  describe(`${name} shared over a network`, () => {
    const underTest = startedForEachTest(start);

    describe('processes', () => processes(underTest));
    describe('outages', () => outages(underTest));
  });
}

function startedForEachTest<T extends BrokerUnderTest>(start: () => Promise<T>): () => T {
  let current: T;
  beforeEach(async () => {
    current = await start();
  });
  afterEach(async () => {
    await current.broker.close();
    await current.stop();
  });
  return () => current;
}
