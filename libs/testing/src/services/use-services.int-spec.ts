import { connect } from 'amqplib';
import { Client } from 'pg';
import { eventually } from '../eventually';
import { createDatabase } from './postgres';
import { createVhost } from './rabbitmq';
import { useServices } from './use-services';

describe('a test database', () => {
  const services = useServices('postgres', {
    prepare: async (url) => {
      const client = new Client(url);
      await client.connect();
      await client.query('CREATE TABLE prepared (name text)');
      await client.end();
    },
  });

  it('is empty but for what was prepared, in UTF-8', async () => {
    const { postgres } = services;

    expect(await postgres.sql('SELECT * FROM prepared')).toEqual([]);
    expect(await postgres.sql('SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
  });

  it('refuses to go unnoticed with a connection left open, but goes', async () => {
    const database = await createDatabase();
    const leaked = new Client(database.url);
    leaked.on('error', () => undefined);
    await leaked.connect();
    await leaked.query('SELECT 42 AS leaked');

    await expect(database.drop()).rejects.toThrow(
      /left 1 connections to its database open:\s+idle: SELECT 42 AS leaked/,
    );

    const rows = await services.postgres.sql('SELECT 1 FROM pg_database WHERE datname = $1', [database.name]);
    expect(rows).toEqual([]);
  });

  it('offers only what was asked for', () => {
    expect(() => services.rabbitmq).toThrow('rabbitmq is there only inside hooks and tests');
  });
});

describe('a test vhost', () => {
  it('takes connections, and is gone with its connections once dropped', async () => {
    const vhost = await createVhost();
    const connection = await connect(vhost.url);
    connection.on('error', () => undefined);
    const channel = await connection.createChannel();
    await channel.assertQueue('jobs');
    const closed = new Promise((resolve) => connection.once('close', resolve));

    await vhost.drop();

    await closed;
    await expect(vhost.manage('GET', `vhosts/${vhost.name}`)).rejects.toThrow('404');
    await vhost.drop();
  });

  it('keeps its queues to itself', async () => {
    await using one = await createVhost();
    await using other = await createVhost();
    const connection = await connect(one.url);
    await (await connection.createChannel()).assertQueue('jobs');

    expect(await one.manage('GET', `queues/${one.name}`)).toHaveLength(1);
    expect(await other.manage('GET', `queues/${other.name}`)).toEqual([]);

    await connection.close();
  });
});

it('says what to do when a service is not there', async () => {
  const { TORK_TEST_POSTGRES_URL, TORK_TEST_RABBITMQ_MANAGEMENT_URL } = process.env;
  process.env.TORK_TEST_POSTGRES_URL = 'postgres://tork:hidden@127.0.0.1:1/postgres';
  process.env.TORK_TEST_RABBITMQ_MANAGEMENT_URL = 'http://127.0.0.1:1';
  try {
    await expect(createDatabase()).rejects.toThrow(/^no PostgreSQL for the tests at 127.0.0.1:1: run `node scripts/);
    await expect(createVhost()).rejects.toThrow(/^no management API of RabbitMQ for the tests at http:\/\/127.0.0.1:1/);
  } finally {
    restore('TORK_TEST_POSTGRES_URL', TORK_TEST_POSTGRES_URL);
    restore('TORK_TEST_RABBITMQ_MANAGEMENT_URL', TORK_TEST_RABBITMQ_MANAGEMENT_URL);
  }
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

describe('eventually', () => {
  it('returns what the assertion returned once it holds', async () => {
    let tries = 0;

    expect(await eventually(() => (++tries < 3 ? Promise.reject(new Error('not yet')) : tries))).toBe(3);
  });

  it('gives up with the last failure', async () => {
    await expect(eventually(() => expect(1).toBe(2), { timeoutMs: 50 })).rejects.toThrow('still not after 50 ms');
  });

  it('gives up on an assertion that hangs', async () => {
    await expect(eventually(() => new Promise(() => undefined), { timeoutMs: 50 })).rejects.toThrow('come to an end');
  });
});
