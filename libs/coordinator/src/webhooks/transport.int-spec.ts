import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WebhookDelivery } from '@tork/core';
import { eventually, startReceiver } from '@tork/testing';
import type { ReceiverAnswer, ReceiverOptions } from '@tork/testing';
import { Targets } from './targets';
import type { TargetsOptions } from './targets';
import { WebhookTransport } from './transport';

const delivery = (url: string, more: Partial<WebhookDelivery> = {}): WebhookDelivery => ({
  id: 'd1',
  jobId: 'j1',
  event: 'job.StateChange',
  url,
  headers: {},
  body: '{"id":"j1","name":"Bücher"}',
  ...more,
});

interface Options extends TargetsOptions {
  timeoutMs?: number;
  secret?: string;
}
const call = (made: WebhookDelivery, { secret, timeoutMs = 5_000, ...rules }: Options = {}, attempt = 1) =>
  new WebhookTransport({ targets: new Targets(rules), timeoutMs, secret, version: '1.2.3' }).call(
    made,
    attempt,
    new AbortController().signal,
  );

const redirect =
  (status: number, location: string): ReceiverAnswer =>
  (response) =>
    response.writeHead(status, { Location: location }).end();
const receiver = (answers: ReceiverOptions['answers'] = {}) => startReceiver({ answers });

describe('a call', () => {
  it('posts the body with its type and length, and says which delivery it is', async () => {
    const { calls, url } = await receiver();

    expect(await call(delivery(`${url}/hook?a=b`, { event: 'task.Progress' }), {}, 3)).toEqual({ status: 200 });

    expect(calls()).toMatchObject([{ method: 'POST', path: '/hook?a=b', text: delivery('').body }]);
    expect(calls()[0]?.headers).toEqual({
      host: new URL(url).host,
      connection: 'close',
      'content-type': 'application/json; charset=UTF-8',
      'content-length': String(Buffer.byteLength(delivery('').body)),
      'user-agent': 'Tork/1.2.3',
      'x-tork-attempt': '3',
      'x-tork-delivery': 'd1',
      'x-tork-event': 'task.Progress',
    });
  });

  it('sends the headers of the user, which may set the type', async () => {
    const { calls, url } = await receiver();
    const headers = { 'content-type': 'text/x', 'X-Name': 'Bücher', 'X-Empty': '', 'X-Tork-Delivery': 'forged' };

    await call(delivery(url, { headers }));

    const { headers: seen } = calls()[0]!;
    expect(seen).toMatchObject({ 'content-type': 'text/x', 'x-empty': '', 'x-tork-delivery': 'd1' });
    expect(Buffer.from(String(seen['x-name']), 'latin1').toString('utf8')).toBe('Bücher');
  });

  it('logs in as the URL says, unless a header does', async () => {
    const { calls, url } = await receiver();
    const withUser = url.replace('//', '//us%65r:p%40ss@');

    await call(delivery(withUser));
    await call(delivery(withUser, { headers: { Authorization: 'Bearer x' } }));

    const basic = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;
    expect(calls().map(({ headers }) => headers.authorization)).toEqual([basic, 'Bearer x']);
  });

  it('is signed if there is a key', async () => {
    const { calls, url } = await receiver();

    await call(delivery(url), { secret: 'key' });

    const signature = createHmac('sha256', 'key').update(calls()[0]!.text).digest('hex');
    expect(calls()[0]?.headers['x-tork-signature']).toBe(`sha256=${signature}`);
  });

  it('is answered by whatever the receiver says, with its wish for a pause', async () => {
    const { url } = await receiver({
      '/busy': [(response) => response.writeHead(503, { 'Retry-After': '7' }).end('later')],
      '/gone': [410],
    });

    expect(await call(delivery(`${url}/busy`))).toEqual({ status: 503, retryAfter: '7' });
    expect(await call(delivery(`${url}/gone`))).toEqual({ status: 410 });
  });
});

describe('redirects', () => {
  it.each([307, 308])('%d repeats the call elsewhere, without what was meant for the first alone', async (status) => {
    const other = await receiver();
    const first = await receiver({
      '/from': [redirect(status, '/here')],
      '/here': [redirect(status, `${other.url}/there`)],
    });
    const url = first.url.replace('//', '//user:secret@');

    expect(
      await call(
        delivery(`${url}/from`, { headers: { 'X-Token': 'secret', Cookie: 'secret', 'Content-Type': 'a/b' } }),
      ),
    ).toMatchObject({ status: 200 });

    const [here, there] = [first.calls('/here')[0]!, other.calls('/there')[0]!];
    expect(here.headers).toMatchObject({ 'x-token': 'secret', authorization: expect.stringMatching(/^Basic /) });
    expect(there).toMatchObject({ method: 'POST', text: delivery('').body });
    expect(there.headers).toMatchObject({ 'content-type': 'a/b', 'x-tork-delivery': 'd1' });
    expect(there.rawHeaders.join()).not.toMatch(/secret|authorization|cookie|x-token/i);
  });

  it.each([301, 302, 303])('%d asks for what is elsewhere', async (status) => {
    const { calls, url } = await receiver({ '/from': [redirect(status, '/to')] });

    await call(delivery(`${url}/from`));

    expect(calls('/to')).toMatchObject([{ method: 'GET', text: '' }]);
    expect(calls('/to')[0]?.headers).not.toHaveProperty('content-type');
  });

  it('end somewhere', async () => {
    const { calls, url } = await receiver({ '/loop': [redirect(307, '/loop')] });

    await expect(call(delivery(`${url}/loop`))).rejects.toThrow('redirected more than 10 times');
    expect(calls()).toHaveLength(11);
  });

  it.each(['ftp://a/', 'file:///etc/passwd', 'http://['])('do not lead to %s', async (location) => {
    const { url } = await receiver({ '/from': [redirect(307, location)] });

    await expect(call(delivery(`${url}/from`))).rejects.toThrow(/^redirected to what is no/);
  });

  it('are checked at every step', async () => {
    const { calls, url } = await receiver({
      '/metadata': [redirect(307, 'http://169.254.169.254/latest')],
      '/denied': [redirect(307, 'http://localhost:1/x')],
    });

    await expect(call(delivery(`${url}/metadata`))).rejects.toMatchObject({ code: 'WEBHOOK_TARGET_REFUSED' });
    await expect(call(delivery(`${url}/denied`), { deny: ['localhost'] })).rejects.toMatchObject({
      code: 'WEBHOOK_TARGET_REFUSED',
    });
    expect(calls()).toHaveLength(2);
  });
});

describe('targets', () => {
  it('are checked when the socket connects, whatever a name meant before', async () => {
    const { calls, port } = await receiver();
    const answers = ['127.0.0.1', '169.254.169.254'];
    const resolve: TargetsOptions['resolve'] = (_name, _options, callback) =>
      callback(null, [{ address: answers.shift()!, family: 4 }]);
    const options = { resolve };

    expect(await call(delivery(`http://rebinding:${port}/`), options)).toMatchObject({ status: 200 });
    await expect(call(delivery(`http://rebinding:${port}/`), options)).rejects.toMatchObject({
      code: 'WEBHOOK_TARGET_REFUSED',
      host: 'rebinding',
    });
    expect(calls()).toHaveLength(1);
  });
});

describe('a receiver', () => {
  it('that is too slow is left', async () => {
    const { url } = await receiver({ '/slow': [() => undefined] });

    await expect(call(delivery(`${url}/slow`), { timeoutMs: 200 })).rejects.toThrow('no answer within 0.2 s');
  });

  it('that redirects slowly has no more time than others', async () => {
    const slowly: ReceiverAnswer = (response) =>
      void setTimeout(() => response.writeHead(307, { Location: '/' }).end(), 90);
    const { calls, url } = await receiver({ '/': [slowly] });

    await expect(call(delivery(url), { timeoutMs: 300 })).rejects.toThrow('no answer within 0.3 s');
    expect(calls().length).toBeLessThan(6);
  });

  it('that is not there, or breaks the connection, gave no answer', async () => {
    const { close, url } = await receiver();
    const breaking = await receiver({ '/': [(response) => void response.destroy()] });
    await close();

    await expect(call(delivery(url))).rejects.toThrow(/ECONNREFUSED/);
    await expect(call(delivery(breaking.url))).rejects.toThrow(/socket hang up|ECONNRESET/);
    await expect(call(delivery('http://nowhere.invalid/'))).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
  });

  it('that speaks no HTTP, or sends headers without end, gave no answer', async () => {
    const speaks = async (text: string) => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.end(text));
      }).listen(0, '127.0.0.1');
      afterTestFile.push(async () => void server.close());
      await once(server, 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    };

    await expect(call(delivery(await speaks('SSH-2.0-x\r\n')))).rejects.toThrow(/Parse Error/);
    await expect(call(delivery(await speaks(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1e6)}`)))).rejects.toThrow(
      /Header|Parse Error|hang up|ECONNRESET/,
    );
  });

  it('that answers without end is not listened to', async () => {
    let written = 0;
    let isOver = false;
    const endless: ReceiverAnswer = (response) => {
      response.writeHead(200);
      const write = () => {
        while (!isOver && response.write('x'.repeat(65_536))) written += 65_536;
      };
      response.on('drain', write).on('close', () => (isOver = true));
      write();
    };
    const { url } = await receiver({ '/': [endless] });

    expect(await call(delivery(url))).toMatchObject({ status: 200 });

    await eventually(() => expect(isOver).toBe(true));
    expect(written).toBeLessThan(20_000_000);
  });

  it('is not trusted without a certificate that somebody vouches for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tork-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const self = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', key, '-out', cert, ...self],
      { stdio: 'ignore' },
    );
    let asked = 0;
    const server = https.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) => {
      asked += 1;
      response.end();
    });
    rmSync(folder, { recursive: true });
    afterTestFile.push(async () => void server.close());
    await once(server.listen(0, 'localhost'), 'listening');

    const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
    await expect(call(delivery(url))).rejects.toThrow(/self-signed certificate/);
    expect(asked).toBe(0);
  });

  it('learns nothing when the call is broken off', async () => {
    const { calls, url } = await receiver({ '/': [() => undefined] });
    const ended = new AbortController();
    const transport = new WebhookTransport({ targets: new Targets(), timeoutMs: 60_000, version: '1' });

    const broken = transport.call(delivery(url), 1, ended.signal);
    await eventually(() => expect(calls()).toHaveLength(1));
    ended.abort();

    await expect(broken).rejects.toThrow();
    await expect(transport.call(delivery(url), 1, ended.signal)).rejects.toThrow();
    expect(calls()).toHaveLength(1);
  });
});
