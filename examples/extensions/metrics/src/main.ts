import { Engine, runService } from '@tork/engine';
import { Metrics } from './metrics';

const metrics = new Metrics();
const engine = new Engine({ mode: 'standalone' });
engine.registerWebMiddleware(metrics.web);
engine.registerJobMiddleware(metrics.job);
engine.registerTaskMiddleware(metrics.task);
engine.registerNodeMiddleware(metrics.node);
engine.registerEndpoint('GET', '/metrics/prometheus', metrics.show);
void runService(engine);
