import { Initial1795500000000 } from './1795500000000-initial';

/** Oldest first. A migration that was released is never changed; what comes later is another one. */
export const MIGRATIONS = [Initial1795500000000];
