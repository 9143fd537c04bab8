import { BrokerUnavailableError } from '../errors';
import { parseAddress } from './address';

it('reads all parts of a URL', () => {
  expect(parseAddress('amqps://me:p%40ss@mq.example:5671/my%2Fhost?heartbeat=5')).toMatchObject({
    connect: { protocol: 'amqps', hostname: 'mq.example', port: 5671, vhost: 'my%2Fhost', heartbeat: 5 },
    vhost: 'my/host',
    user: 'me',
    password: 'p@ss',
    place: 'mq.example:5671/my/host',
  });
});

it.each(['amqp://localhost', 'amqp://localhost/', 'amqp://guest:guest@localhost:5672'])('knows defaults: %s', (url) => {
  expect(parseAddress(url)).toMatchObject({
    connect: { hostname: 'localhost', port: 5672, heartbeat: 10 },
    vhost: '/',
    user: 'guest',
    password: 'guest',
  });
});

it('reads an IPv6 address', () => {
  expect(parseAddress('amqp://[::1]:5673/')).toMatchObject({ connect: { hostname: '::1', port: 5673 }, host: '[::1]' });
});

it.each(['', 'localhost', 'http://u:s3cret@host', 'amqp//u:s3cret@host'])('refuses %j without quoting it', (url) => {
  expect(() => parseAddress(url)).toThrow(BrokerUnavailableError);
  expect(() => parseAddress(url)).toThrow(/^((?!s3cret).)*$/s);
});
