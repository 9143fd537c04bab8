import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { BROKER } from '@tork/broker';
import { MemoryBroker } from '@tork/broker/memory';
import { MiddlewareModule } from '@tork/middleware';
import type { Middleware, TaskContext } from '@tork/middleware';
import { RUNTIME } from '@tork/runtime';
import { eventually } from '@tork/testing';
import { FunctionRuntime } from './testing/function.runtime';
import { LogLines } from './testing/log-lines';
import { makeConfig, makeTask } from './testing/make';
import { Worker } from './worker';
import { WorkerModule } from './worker.module';

const adding =
  (name: string): Middleware<TaskContext> =>
  ({ task }, next) => {
    task.tags = [...(task.tags ?? []), name];
    return next();
  };

/** An application that is a worker and nothing else. */
async function start({ registered, builtIn }: Record<'registered' | 'builtIn', Middleware<TaskContext>[]>) {
  const broker = new MemoryBroker();
  const runtime = new FunctionRuntime();
  const { lines, log } = new LogLines();
  @Module({
    providers: [
      { provide: BROKER, useValue: broker },
      { provide: RUNTIME, useValue: runtime },
    ],
    exports: [BROKER, RUNTIME],
  })
  class Adapters {}
  const application = await Test.createTestingModule({
    imports: [
      MiddlewareModule.register({ task: registered }),
      WorkerModule.register({
        imports: [Adapters],
        config: makeConfig(),
        version: '1',
        log,
        middleware: builtIn,
        middlewareSettlesWithinMs: 20,
      }),
    ],
  }).compile();
  await application.init();
  return { application, broker, lines, runtime };
}

describe('WorkerModule', () => {
  it('runs tasks through the registered links, then those of Tork, until the application closes', async () => {
    const { application, broker, runtime } = await start({ registered: [adding('user')], builtIn: [adding('tork')] });

    await broker.publish([{ queue: 'default', body: makeTask() }]);

    await eventually(() => expect(runtime.started).toMatchObject([{ tags: ['user', 'tork'] }]));
    expect(application.get(Worker).healthPort).toBeGreaterThan(0);
    await application.close();
    expect(await broker.queue('default')).toMatchObject({ subscribers: 0, unacked: 0 });
    await broker.close();
  });

  it('reports a link that does not settle', async () => {
    let release = () => {};
    const stuck: Middleware<TaskContext> = () => new Promise((resolve) => (release = resolve));
    const { application, broker, lines } = await start({ registered: [stuck], builtIn: [] });

    await broker.publish([{ queue: 'default', body: makeTask() }]);

    await eventually(() => expect(lines).toContain('warn a task middleware does not settle'));
    release();
    await application.close();
    await broker.close();
  });
});
