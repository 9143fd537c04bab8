import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A small HTTP client on kept-alive connections: the load must not cost more than what it measures. */
export class Client {
  private readonly agent: Agent;

  constructor(
    private readonly base: string,
    connections = 32,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  post(path: string, body: string): Promise<{ id: string }> {
    return this.send('POST', path, body) as Promise<{ id: string }>;
  }

  /** How many jobs with a tag are in a state. */
  async count(tag: string, state: string): Promise<number> {
    const page = (await this.send('GET', `/jobs?size=1&q=${state.toLowerCase()}+tag:${tag}`)) as { totalItems: number };
    return page.totalItems;
  }

  close(): void {
    this.agent.destroy();
  }

  private send(method: string, path: string, body?: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const headers =
        body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const call = request(this.base + path, { method, headers, agent: this.agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
        });
      });
      call.on('error', reject);
      call.end(body);
    });
  }
}

/** A job of n tasks that ask nothing of the runtime. */
export const document = (tag: string, tasks: number, image?: string): string =>
  JSON.stringify({
    name: 'bench',
    tags: [tag],
    tasks: Array.from({ length: tasks }, (_, i) => ({ name: `task ${i + 1}`, run: 'true', ...(image && { image }) })),
  });

/** Submits `count` jobs as fast as the connections allow and waits for the last one's end. Returns jobs per second. */
export async function throughput(
  client: Client,
  { count, tasks, tag }: { count: number; tasks: number; tag: string },
): Promise<number> {
  const body = document(tag, tasks);
  const startedAt = performance.now();
  let left = count;
  const submitter = async () => {
    while (left > 0) {
      left--;
      await client.post('/jobs', body);
    }
  };
  await Promise.all(Array.from({ length: 32 }, submitter));
  await completed(client, tag, count, startedAt + 300_000);
  return count / ((performance.now() - startedAt) / 1000);
}

/** Submits jobs at an even rate for some seconds and waits for their end. */
export async function paced(
  client: Client,
  { rate, seconds, tag }: { rate: number; seconds: number; tag: string },
): Promise<void> {
  const body = document(tag, 1);
  const count = Math.round(rate * seconds);
  const startedAt = performance.now();
  const posts: Promise<unknown>[] = [];
  for (let i = 0; i < count; i++) {
    const waitMs = startedAt + (i * 1000) / rate - performance.now();
    if (waitMs > 1) await sleep(waitMs);
    posts.push(client.post('/jobs', body));
  }
  await Promise.all(posts);
  await completed(client, tag, count, performance.now() + 60_000);
}

async function completed(client: Client, tag: string, count: number, deadline: number): Promise<void> {
  for (;;) {
    const done = await client.count(tag, 'COMPLETED');
    if (done >= count) return;
    if (performance.now() > deadline) throw new Error(`only ${done} of ${count} jobs completed`);
    await sleep(Math.min(250, 20 + (count - done) / 5));
  }
}
