'use strict';
// A worker as a process of its own, for tests that kill or freeze it. Runs what is built.
// Environment: AMQP_URL, and WORKER_CONFIG, the `worker.*` keys as JSON. Prints `started` when it takes tasks.
const { RabbitmqBroker } = require('@tork/broker/rabbitmq');
const { createLogger } = require('@tork/observability');
const { ShellRuntime } = require('@tork/runtime/shell');
const { Worker, workerConfig } = require('@tork/worker');

async function main() {
  const log = createLogger({ format: 'json' });
  const broker = new RabbitmqBroker({ url: process.env.AMQP_URL, log });
  await broker.start();
  const config = workerConfig.parse(JSON.parse(process.env.WORKER_CONFIG));
  const worker = new Worker({ broker, runtime: new ShellRuntime({ cmd: ['sh'] }), config, version: 'test', log });
  await worker.start();
  process.stdout.write(`started ${worker.id}\n`);
  process.once('SIGTERM', () => void worker.close().then(() => broker.close()));
}

void main();
