import { Inject, Injectable, Module, Scope } from '@nestjs/common';
import type { Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { compose } from './compose';
import type { Middleware } from './compose';
import type { NodeContext, TaskContext } from './contexts';
import { MiddlewareModule } from './middleware.module';
import type { MiddlewareModuleOptions } from './middleware.module';
import { JOB_MIDDLEWARE, JobMiddleware, NODE_MIDDLEWARE, TASK_MIDDLEWARE, TaskMiddleware } from './tokens';

const GREETING = Symbol('GREETING');

@Injectable()
class Greeter implements TaskMiddleware {
  constructor(@Inject(GREETING) private readonly greeting: string) {}
  handle: Middleware<TaskContext> = async ({ task }, next) => {
    task.name += ` ${this.greeting}`;
    await next();
  };
}

@Injectable()
class Numberer implements TaskMiddleware {
  private calls = 0;
  async handle({ task }: TaskContext, next: () => Promise<void>) {
    task.name += ` ${++this.calls}`;
    await next();
  }
}

const suffix = async function suffix({ task }: TaskContext, next: () => Promise<void>) {
  task.name += ' function';
  await next();
};
const instance: TaskMiddleware = { handle: async ({ task }, next) => ((task.name += ' instance'), next()) };

const chainOf = async <C>(token: symbol, options?: MiddlewareModuleOptions) => {
  const module = await Test.createTestingModule({ imports: [MiddlewareModule.register(options)] }).compile();
  return module.get<Middleware<C>[]>(token);
};
const through = async (chain: Middleware<TaskContext>[]) => {
  const context = { event: 'STATE_CHANGE', task: { name: 'task' } } as TaskContext;
  await compose(chain, async () => {})(context);
  return context.task.name;
};

describe('MiddlewareModule', () => {
  it('puts functions, instances and injected classes into one chain, in registration order', async () => {
    const chain = await chainOf<TaskContext>(TASK_MIDDLEWARE, {
      task: [suffix, Greeter, instance, Numberer],
      providers: [{ provide: GREETING, useValue: 'hello' }],
    });

    expect(await through(chain)).toBe('task function hello instance 1');
  });

  it('uses one instance where a class is registered twice', async () => {
    const chain = await chainOf<TaskContext>(TASK_MIDDLEWARE, { task: [Numberer, suffix, Numberer] });

    expect(await through(chain)).toBe('task 1 function 2');
  });

  it('names each link after its function or class, else after its place', async () => {
    const chain = await chainOf<TaskContext>(TASK_MIDDLEWARE, { task: [suffix, Numberer, (_, next) => next()] });

    expect(chain.map(({ name }) => name)).toEqual(['suffix', 'Numberer', 'task middleware 3']);
  });

  it('offers an empty chain where nothing is registered', async () => {
    expect(await chainOf(JOB_MIDDLEWARE)).toEqual([]);
  });

  it('keeps the kinds apart', async () => {
    const nodeLink: Middleware<NodeContext> = (_, next) => next();

    expect(await chainOf(NODE_MIDDLEWARE, { node: [nodeLink], task: [suffix] })).toEqual([nodeLink]);
  });

  it('refuses a class that Nest cannot create', () => {
    class Bare {
      handle = suffix;
    }

    expect(() => MiddlewareModule.register({ task: [Bare] })).toThrow(
      'middleware class Bare must be decorated with @Injectable()',
    );
  });

  it('refuses what is no link and says where it stands', async () => {
    await expect(chainOf(TASK_MIDDLEWARE, { task: [suffix, {} as TaskMiddleware] })).rejects.toThrow(
      'task middleware 2 must be a function or have a method handle, found Object',
    );
  });
});

describe('a decorated class', () => {
  it('is a link wherever a module provides it, behind what is registered, in the order it asks for', async () => {
    const adding =
      (text: string): TaskMiddleware['handle'] =>
      async ({ task }, next) => {
        task.name += ` ${text}`;
        await next();
      };

    @TaskMiddleware()
    class Plain {
      constructor(@Inject(GREETING) private readonly greeting: string) {}
      handle(context: TaskContext, next: () => Promise<void>) {
        return adding(`plain ${this.greeting}`)(context, next);
      }
    }
    @TaskMiddleware({ order: -1 })
    class First {
      handle = adding('first');
    }
    @TaskMiddleware({ order: 5 })
    class Last {
      handle = adding('last');
    }
    @TaskMiddleware()
    class Made {
      constructor(readonly handle: TaskMiddleware['handle']) {}
    }
    @TaskMiddleware()
    class Given {
      handle = adding('given');
    }
    @JobMiddleware()
    class Other {
      handle = () => undefined;
    }
    @Module({
      providers: [
        Last,
        Plain,
        Other,
        { provide: GREETING, useValue: 'hello' },
        { provide: 'a value', useValue: new Given() },
        { provide: 'an alias', useExisting: Plain },
      ],
      exports: [Plain],
    })
    class Outer {}
    @Module({ imports: [Outer], providers: [First, { provide: Made, useFactory: () => new Made(adding('made')) }] })
    class Inner {}

    const module = await Test.createTestingModule({
      imports: [Inner, MiddlewareModule.register({ task: [suffix] })],
    }).compile();
    await module.init();
    const chain = module.get<Middleware<TaskContext>[]>(TASK_MIDDLEWARE);

    expect(await through(chain)).toBe('task first function made plain hello given last');
    expect(chain.map(({ name }) => name)).toEqual(['First', 'suffix', 'Made', 'Plain', 'Given', 'Last']);
  });

  it('that is registered too stands where it was registered, once', async () => {
    @TaskMiddleware()
    class Both {
      handle: TaskMiddleware['handle'] = async ({ task }, next) => ((task.name += ' both'), next());
    }

    expect(await through(await chainOf(TASK_MIDDLEWARE, { task: [Both, suffix] }))).toBe('task both function');
  });

  it('must have a handle and live as long as the application', async () => {
    @TaskMiddleware()
    class Empty {
      declare handle: TaskMiddleware['handle'];
    }
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {}
    @TaskMiddleware()
    class Short {
      constructor(@Inject(PerRequest) readonly per: PerRequest) {}
      handle = suffix;
    }
    const init = async (...providers: Provider[]) => {
      const module = await Test.createTestingModule({ imports: [MiddlewareModule.register()], providers }).compile();
      await module.init();
    };

    await expect(init(Empty)).rejects.toThrow('middleware class Empty must have a method handle');
    await expect(init(PerRequest, Short)).rejects.toThrow('middleware class Short must be a singleton');
  });

  it('must also do so where it is registered without a decorator of its own', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest implements TaskMiddleware {
      handle = suffix;
    }
    const options = { task: [PerRequest] };
    const module = await Test.createTestingModule({ imports: [MiddlewareModule.register(options)] }).compile();

    await expect(module.init()).rejects.toThrow('middleware class PerRequest must be a singleton');
  });
});
