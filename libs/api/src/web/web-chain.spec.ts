import type { Middleware } from '@tork/middleware';
import { createLogger } from '@tork/observability';
import { fastify } from 'fastify';
import { WebChain } from './web-chain';
import type { WebContext } from './web-context';

/** A bare server behind a chain that is patient for 30 ms. */
function serve(...links: Middleware<WebContext>[]) {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const log = createLogger({ level: 'debug', format: 'json', destination });
  const chain = new WebChain();
  const server = fastify();
  chain.install(server, { bodyLimit: 1000, log, settlesWithinMs: 30 });
  chain.use(links);
  const handled: string[] = [];
  server.get('/', async ({ url }) => {
    handled.push(url);
    return 'handled';
  });
  return { server, lines, handled };
}

describe('a web middleware that does not settle', () => {
  it('before next is reported by its name, and its request answered; its next does nothing any more', async () => {
    let goOn = () => {};
    let refusal: unknown;
    const stuck: Middleware<WebContext> = async function stuck(context, next) {
      await new Promise<void>((resolve) => (goOn = resolve));
      await next().catch((error: unknown) => (refusal = error));
      context.string(200, 'too late');
    };
    const { handled, lines, server } = serve((_, next) => next(), stuck);

    const answer = await server.inject('/');
    goOn();
    await new Promise(setImmediate);

    expect([answer.statusCode, answer.json()]).toEqual([500, { message: 'a middleware did not end in time' }]);
    expect(lines[0]).toMatchObject({ level: 'warn', middleware: 'stuck', path: '/' });
    expect(refusal).toMatchObject({ code: 'ANSWER_SENT' });
    expect(handled).toEqual([]);
    await server.close();
  });

  it('behind next is reported too, and has its answer replaced', async () => {
    const lingering: Middleware<WebContext> = async function lingering(_, next) {
      await next();
      await new Promise(() => undefined);
    };
    const { handled, lines, server } = serve(lingering);

    const answer = await server.inject('/');

    expect([answer.statusCode, answer.json()]).toEqual([500, { message: 'a middleware did not end in time' }]);
    expect(lines[0]).toMatchObject({ middleware: 'lingering' });
    expect(handled).toEqual(['/']);
    await server.close();
  });

  it('is not taken for one whose handler takes its time', async () => {
    const { lines, server } = serve((_, next) => next());
    server.get('/slow', async () => {
      await new Promise((resolve) => setTimeout(resolve, 120));
      return 'slow';
    });

    const answer = await server.inject('/slow');

    expect([answer.statusCode, answer.body]).toEqual([200, 'slow']);
    expect(lines).toEqual([]);
    await server.close();
  });
});
