import { createLogger, Engine, isMode, loadEngineConfig, runService } from '@tork/engine';
import { PostgresBroker } from './postgres.broker';

const mode = process.argv[2] ?? 'standalone';
if (!isMode(mode)) throw new Error(`expected standalone, coordinator or worker, found ${mode}`);

const log = createLogger(loadEngineConfig().config.logging);
const url = process.env.BROKER_URL ?? 'postgres://tork:tork@localhost:5432/tork';

const engine = new Engine({ mode, log });
engine.registerBrokerProvider('postgres', () => new PostgresBroker({ url, log }));
void runService(engine);
