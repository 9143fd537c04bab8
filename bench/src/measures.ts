import type { Measure } from './bench';
import { tork } from './cases/tork';
import { TOPOLOGIES } from './system/system';

/** Everything that is measured, in this order. */
export const MEASURES: readonly Measure[] = [
  ...TOPOLOGIES.flatMap((topology) => [tork(topology, 'noop'), tork(topology, 'shell')]),
];
