import { Engine, isMode, runService } from '@tork/engine';
import { PostgresBroker } from './postgres.broker';

const mode = process.argv[2] ?? 'standalone';
if (!isMode(mode)) throw new Error(`expected standalone, coordinator or worker, found ${mode}`);

const url = process.env.BROKER_URL ?? 'postgres://tork:tork@localhost:5432/tork';

const engine = new Engine({ mode });
engine.registerBrokerProvider('postgres', ({ log }) => new PostgresBroker({ url, log }));
void runService(engine);
