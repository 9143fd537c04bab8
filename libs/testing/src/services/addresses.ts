import { randomBytes } from 'node:crypto';

/** An account that may create databases. */
export const postgresAddress = (): string =>
  process.env.TORK_TEST_POSTGRES_URL ?? 'postgres://tork:tork@localhost:5432/postgres';

/** An administrator's account. */
export const rabbitmqAddress = (): string => process.env.TORK_TEST_RABBITMQ_URL ?? 'amqp://guest:guest@localhost:5672';

/** The management API of the same RabbitMQ: by default on its host, at port 15672. */
export const rabbitmqManagementAddress = (): string =>
  process.env.TORK_TEST_RABBITMQ_MANAGEMENT_URL ?? `http://${new URL(rabbitmqAddress()).hostname}:15672`;

/**
 * A name for something that belongs to this test process. It begins with the process id, by which scripts/services.mjs
 * tells what killed test runs have left behind.
 */
export const ownName = (): string => `tork_test_${process.pid}_${randomBytes(4).toString('hex')}`;
