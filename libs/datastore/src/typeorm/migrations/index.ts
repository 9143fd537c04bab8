import { Initial1795500000000 } from './1795500000000-initial';
import { ApiTokens1795529521000 } from './1795529521000-api-tokens';
import { Webhooks1795530000000 } from './1795530000000-webhooks';

/** Oldest first. A migration that was released is never changed; what comes later is another one. */
export const MIGRATIONS = [Initial1795500000000, ApiTokens1795529521000, Webhooks1795530000000];
