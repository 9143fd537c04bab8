/** A process of the system under measurement: `node role.js MODE RUNTIME`, with its configuration in the environment. */
import { Engine, isMode } from '@tork/engine';
import { NoopRuntime } from './noop.runtime';

async function main([mode = '', runtime]: string[]): Promise<void> {
  if (!isMode(mode)) throw new Error(`unknown mode ${mode}`);
  const engine = new Engine({ mode });
  const noop = new NoopRuntime();
  if (runtime === 'noop') engine.registerRuntime(noop);
  await engine.start();
  process.on('message', (message) => {
    if (message === 'handOffs') process.send?.({ handOffs: noop.takeHandOffs() });
  });
  process.once('disconnect', () => void engine.terminate());
  process.once('SIGTERM', () => void engine.terminate().then(() => process.exit(0)));
  process.send?.({ url: engine.url });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
