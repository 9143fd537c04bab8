import { Engine, runService } from '@tork/engine';
import { JavascriptRuntime } from './javascript.runtime';

const engine = new Engine({ mode: 'standalone' });
engine.registerRuntime(new JavascriptRuntime());
void runService(engine);
