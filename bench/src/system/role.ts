/**
 * A process of the system under measurement: `node role.js MODE RUNTIME LINKS`, configured by its environment. Tells its parent
 * the URL of its API once it is up, answers `handOffs`, and ends when told to or when the parent is gone.
 */
import { Engine, isMode } from '@tork/engine';
import { NoopRuntime } from './noop.runtime';

export interface RoleStarted {
  url: string;
}

export interface RoleHandOffs {
  handOffs: number[];
}

async function main([mode = '', runtime, links]: string[]): Promise<void> {
  if (!isMode(mode)) throw new Error(`unknown mode ${mode}`);
  const engine = new Engine({ mode });
  const noop = new NoopRuntime();
  if (runtime === 'noop') engine.registerRuntime(noop);
  for (let i = 0; i < Number(links); i++) {
    engine.registerJobMiddleware(async (_context, next) => await next());
    engine.registerTaskMiddleware(async (_context, next) => await next());
  }
  // An exit in order: whoever profiles the process gets the profile.
  const end = () => void engine.terminate().finally(() => process.exit());
  process.once('SIGTERM', end).once('disconnect', end);
  // For the parent to decide on; it is in the same group of a terminal.
  process.on('SIGINT', () => undefined);
  await engine.start();
  process.on('message', () => process.send?.({ handOffs: noop.takeHandOffs() } satisfies RoleHandOffs));
  process.send?.({ url: engine.url ?? '' } satisfies RoleStarted);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
