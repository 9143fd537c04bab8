import { createHmac } from 'node:crypto';
import http from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import { TorkError, isCallableUrl } from '@tork/core';
import type { WebhookDelivery } from '@tork/core';
import type { Answer } from './outcome';
import type { Targets } from './targets';

export interface TransportOptions {
  readonly targets: Targets;
  /** How long an attempt may take, redirects included. */
  readonly timeoutMs: number;
  /** Key of `X-Tork-Signature`; without one calls are not signed. */
  readonly secret?: string;
  /** Named in `User-Agent`. */
  readonly version: string;
}

/** An attempt that got no answer. */
export class NoAnswerError extends Error {}

const MAX_REDIRECTS = 10;
/** Of what a receiver answers only the status counts; so much of the rest is read for politeness. */
const MAX_READ_BYTES = 64 * 1024;
/** Redirects after which a POST goes on as a GET without a body, as browsers and the original have it. */
const BECOMES_GET: ReadonlySet<number> = new Set([301, 302, 303]);
const REDIRECTS: ReadonlySet<number> = new Set([...BECOMES_GET, 307, 308]);

interface Call {
  url: URL;
  method: 'POST' | 'GET';
  headers: OutgoingHttpHeaders;
  body?: Buffer;
}

/** Makes the HTTP requests of webhooks. Every host on the way is checked, and nothing is read without a limit. */
export class WebhookTransport {
  constructor(private readonly options: TransportOptions) {}

  /**
   * One attempt, `attempt` counting from 1. Resolves with the answer at the end of the redirects.
   *
   * @throws WebhookTargetRefusedError for a host that must not be called, NoAnswerError for everything else; their
   *   messages hold nothing that the job's author wrote but the host.
   */
  async call(delivery: WebhookDelivery, attempt: number, signal: AbortSignal): Promise<Answer> {
    const { timeoutMs } = this.options;
    // Not AbortSignal.any, whose signals Node 20 keeps as long as the one of this process lasts.
    const ended = new AbortController();
    const breakOff = () => ended.abort();
    signal.addEventListener('abort', breakOff);
    if (signal.aborted) breakOff();
    let isLate = false;
    setTimeout(() => {
      isLate = true;
      ended.abort(); // also of an answer that is still read
    }, timeoutMs).unref();
    try {
      return await this.follow(delivery, attempt, ended.signal);
    } catch (cause) {
      if (cause instanceof TorkError || cause instanceof NoAnswerError) throw cause;
      throw new NoAnswerError(isLate ? `no answer within ${timeoutMs / 1000} s` : reasonOf(cause), { cause });
    } finally {
      signal.removeEventListener('abort', breakOff);
    }
  }

  private async follow(delivery: WebhookDelivery, attempt: number, signal: AbortSignal): Promise<Answer> {
    let call = this.firstCall(delivery, attempt);
    for (let redirects = 0; ; redirects += 1) {
      this.options.targets.check(call.url);
      const response = await this.send(call, signal);
      const { statusCode: status = 0, headers } = response;
      discard(response);
      if (!REDIRECTS.has(status) || !headers.location) return { status, retryAfter: headers['retry-after'] };
      if (redirects === MAX_REDIRECTS) throw new NoAnswerError(`redirected more than ${MAX_REDIRECTS} times`);
      call = this.redirected(call, status, headers.location, delivery, attempt);
    }
  }

  private firstCall(delivery: WebhookDelivery, attempt: number): Call {
    const body = Buffer.from(delivery.body);
    const headers = merge(
      { 'Content-Type': 'application/json; charset=UTF-8', 'User-Agent': `Tork/${this.options.version}` },
      Object.fromEntries(Object.entries(delivery.headers).map(([name, value]) => [name, onTheWire(value)])),
      this.ownHeaders(delivery, attempt, body),
    );
    return { url: new URL(delivery.url), method: 'POST', headers, body };
  }

  private ownHeaders({ event, id }: WebhookDelivery, attempt: number, body: Buffer): OutgoingHttpHeaders {
    const { secret } = this.options;
    return {
      'X-Tork-Event': event,
      'X-Tork-Delivery': id,
      'X-Tork-Attempt': String(attempt),
      ...(secret && { 'X-Tork-Signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }),
    };
  }

  /** Headers of the user go to nobody but whom he named: any of them may be a credential. */
  private redirected(call: Call, status: number, location: string, delivery: WebhookDelivery, attempt: number): Call {
    if (!URL.canParse(location, call.url.href)) throw new NoAnswerError('redirected to what is no URL');
    const url = new URL(location, call.url);
    if (!isCallableUrl(url.href)) throw new NoAnswerError('redirected to what is no http or https URL');
    const isElsewhere = url.origin !== call.url.origin;
    if (!isElsewhere && !url.username && !url.password)
      [url.username, url.password] = [call.url.username, call.url.password];
    const { body, method } = BECOMES_GET.has(status) ? { method: 'GET' as const, body: undefined } : call;
    const kept = isElsewhere ? this.withoutUsers(call.headers, delivery, attempt) : call.headers;
    const headers = body ? kept : without(kept, ['content-type', 'x-tork-signature']);
    return { url, method, headers, body };
  }

  private withoutUsers(headers: OutgoingHttpHeaders, delivery: WebhookDelivery, attempt: number): OutgoingHttpHeaders {
    const { headers: own } = this.firstCall({ ...delivery, headers: {} }, attempt);
    const [type] = Object.entries(headers).filter(([name]) => name.toLowerCase() === 'content-type');
    return merge(own, type ? { [type[0]]: type[1] } : {});
  }

  private send({ body, headers, method, url }: Call, signal: AbortSignal): Promise<IncomingMessage> {
    const request = url.protocol === 'https:' ? https.request : http.request;
    const { lookup } = this.options.targets;
    const length = body && { 'Content-Length': body.length };
    return new Promise((resolve, reject) => {
      // A connection of its own: one that is kept open may be closed by the receiver while it is used again.
      const outgoing = request(url, { method, headers: { ...headers, ...length }, lookup, signal, agent: false });
      outgoing.on('response', resolve).on('error', reject);
      outgoing.end(body);
    });
  }
}

/** Later sets win, whatever the case of the names. */
function merge(...sets: OutgoingHttpHeaders[]): OutgoingHttpHeaders {
  const merged = new Map(
    sets.flatMap((set) => Object.entries(set)).map(([name, value]) => [name.toLowerCase(), [name, value] as const]),
  );
  return Object.fromEntries(merged.values());
}

const without = (headers: OutgoingHttpHeaders, names: readonly string[]): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name.toLowerCase())));

/** Node writes each character as one byte: the bytes of UTF-8 are given as such characters. */
const onTheWire = (value: string): string => Buffer.from(value, 'utf8').toString('latin1');

/** Reads on as long as that is little; the time limit of the attempt ends it in any case. */
function discard(response: IncomingMessage): void {
  let read = 0;
  response.socket.unref();
  response.on('error', () => undefined);
  response.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read > MAX_READ_BYTES) response.destroy();
  });
}

/** What Node says about a failed connection names hosts and ports; what OpenSSL says, certificates. */
function reasonOf(cause: unknown): string {
  const error = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
  return error instanceof Error ? error.message : String(error);
}
