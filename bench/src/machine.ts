import { availableParallelism, cpus, totalmem } from 'node:os';
import { createDatabase, createVhost } from '@tork/testing';
import { connect } from 'amqplib';

/** Where figures come from: they say nothing without. */
export interface Machine {
  at: string;
  processor: string;
  cores: number;
  memoryGiB: number;
  node: string;
  postgres: string;
  rabbitmq: string;
}

export async function describeMachine(): Promise<Machine> {
  const [postgres, rabbitmq] = await Promise.all([postgresVersion(), rabbitmqVersion()]);
  return {
    at: new Date().toISOString(),
    processor: cpus()[0]?.model ?? process.arch,
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    postgres,
    rabbitmq,
  };
}

async function postgresVersion(): Promise<string> {
  await using database = await createDatabase();
  const [row] = await database.sql<{ server_version: string }>('SHOW server_version');
  return row?.server_version ?? '';
}

async function rabbitmqVersion(): Promise<string> {
  await using vhost = await createVhost();
  const connection = await connect(vhost.url);
  const { version } = connection.connection.serverProperties;
  await connection.close();
  return version;
}
