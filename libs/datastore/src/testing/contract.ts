import type { Datastore } from '../datastore';
import { deliveries } from './contract/deliveries';
import { directory } from './contract/directory';
import { jobLists } from './contract/job-lists';
import { jobs } from './contract/jobs';
import { logs } from './contract/logs';
import { nodes } from './contract/nodes';
import { outbox } from './contract/outbox';
import { purging } from './contract/purging';
import { reconciling } from './contract/reconciling';
import { tasks } from './contract/tasks';
import { texts } from './contract/texts';
import { tokens } from './contract/tokens';
import { transactions } from './contract/transactions';

/** Proves in a Jest test file that an adapter keeps the promises of the port. `start` is called once. */
export function describeDatastore(name: string, start: () => Promise<Datastore>): void {
  describe(name, () => {
    let datastore: Datastore;
    beforeAll(async () => {
      datastore = await start();
    }, 60_000);
    afterAll(() => datastore.close());
    const underTest = () => datastore;

    describe('transactions', () => transactions(underTest));
    describe('jobs', () => jobs(underTest));
    describe('tasks', () => tasks(underTest));
    describe('texts', () => texts(underTest));
    describe('the outbox', () => outbox(underTest));
    describe('deliveries of webhooks', () => deliveries(underTest));
    describe('lists of jobs', () => jobLists(underTest));
    describe('logs', () => logs(underTest));
    describe('nodes and metrics', () => nodes(underTest));
    describe('reconciling', () => reconciling(underTest));
    describe('purging', () => purging(underTest));
    describe('users and roles', () => directory(underTest));
    describe('API tokens', () => tokens(underTest));
  });
}
