import { opens, scopeFor } from './scopes';

describe('scopeFor', () => {
  it.each([
    ['GET', '/jobs', 'read'],
    ['GET', '/jobs/:id/log', 'read'],
    ['GET', '/my/endpoint', 'read'],
    ['HEAD', '/jobs', 'read'],
    ['DELETE', undefined, 'read'],
    ['POST', '/jobs', 'submit'],
    ['PUT', '/jobs/:id/cancel', 'submit'],
    ['PUT', '/jobs/:id/restart', 'submit'],
    ['POST', '/scheduled-jobs', 'submit'],
    ['PUT', '/scheduled-jobs/:id/pause', 'submit'],
    ['PUT', '/scheduled-jobs/:id/resume', 'submit'],
    ['DELETE', '/scheduled-jobs/:id', 'admin'],
    ['DELETE', '/queues/:name', 'admin'],
    ['POST', '/users', 'admin'],
    ['POST', '/my/endpoint', 'admin'],
    ['QUERY', '/jobs', 'admin'],
  ])('%s %s needs %s', (method, route, scope) => {
    expect(scopeFor(method, route)).toBe(scope);
  });
});

describe('opens', () => {
  it('has each scope open what those before it do', () => {
    const scopes = ['read', 'submit', 'admin'] as const;
    const table = scopes.map((scope) => scopes.map((needed) => opens(scope, needed)));

    expect(table).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });
});
