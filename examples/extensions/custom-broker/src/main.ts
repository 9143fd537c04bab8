import { Engine, isMode, loadEngineConfig, runService } from '@tork/engine';
import { createLogger } from '@tork/observability';
import { PostgresBroker } from './postgres.broker';

const { config } = loadEngineConfig();
const log = createLogger(config.logging);
const url = process.env.BROKER_URL ?? 'postgres://tork:tork@localhost:5432/tork';
const mode = process.argv[2] ?? 'standalone';
if (!isMode(mode)) throw new Error(`expected standalone, coordinator or worker, found ${mode}`);

const engine = new Engine({ mode, config, log });
engine.registerBrokerProvider('postgres', () => new PostgresBroker({ url, log }));
void runService(engine);
