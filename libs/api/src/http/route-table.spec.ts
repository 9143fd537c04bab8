import { RouteTable } from './route-table';

const table = new RouteTable();
table.add('GET', '/jobs');
table.add('POST', '/jobs');
table.add('GET', '/jobs/:id');
table.add('PUT', '/jobs/:id/cancel');
table.add('GET', '/docs/*');

describe('RouteTable', () => {
  it.each([
    ['/jobs', ['OPTIONS', 'GET', 'POST']],
    ['/jobs/1', ['OPTIONS', 'GET']],
    ['/jobs/a%2Fb', ['OPTIONS', 'GET']],
    ['/jobs/1/cancel', ['OPTIONS', 'PUT']],
    ['/docs/a/b', ['OPTIONS', 'GET']],
    ['/docs', []],
    ['/jobs/', []],
    ['/jobs/1/', []],
    ['/JOBS', []],
    ['/', []],
    ['', []],
    ['*', []],
  ])('%p has %p', (path, methods) => {
    expect(table.methodsOf(path)).toEqual(methods);
  });
});
