import type { Measure } from './bench';
import { docker } from './cases/docker';
import { middleware } from './cases/middleware';
import { tork } from './cases/tork';
import { postgresFloor } from './floors/postgres';
import { processesFloor } from './floors/processes';
import { rabbitmqFloor } from './floors/rabbitmq';
import { TOPOLOGIES } from './system/system';

/** Everything that is measured, in this order. */
export const MEASURES: readonly Measure[] = [
  postgresFloor,
  rabbitmqFloor,
  processesFloor,
  ...TOPOLOGIES.flatMap((topology) => [tork(topology, 'noop'), tork(topology, 'shell')]),
  middleware,
  docker,
];
