'use strict';
// An embedded datastore in a process of its own, for tests that kill it. Runs what is built. Argument: the data folder.
// Writes jobs with three messages each, one transaction a job, and prints the id of each job that is committed.
const { randomUUID } = require('node:crypto');
const { PgliteBackend, TypeormDatastore } = require('@tork/datastore/typeorm');

const newId = () => randomUUID().replaceAll('-', '');

async function main() {
  const datastore = new TypeormDatastore(new PgliteBackend({ folder: process.argv[2] }));
  await datastore.start();
  for (;;) {
    const id = newId();
    const job = { id, name: 'a job', createdAt: new Date(), tasks: [], position: 0, taskCount: 0, context: {} };
    const message = { queue: 'jobs', body: { jobId: id } };
    await datastore.transaction((tx) =>
      tx.write({ newJobs: [{ ...job, state: 'PENDING' }], outbox: [message, message, message] }),
    );
    process.stdout.write(`${id}\n`);
  }
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
