import { commandConfig, loadConfig } from '@tork/config';
import { showBanner } from '../banner';
import type { Terminal } from '../terminal';

export interface HealthOptions {
  /** Base URL of the API. Default: what the configuration says. */
  endpoint?: string;
}

/** A load balancer asks no more patiently. */
const TIMEOUT_MS = 10_000;

/** Asks `GET /health` of the API. Returns the exit code. */
export async function health(options: HealthOptions, terminal: Terminal): Promise<number> {
  const flags = options.endpoint === undefined ? {} : { 'client.endpoint': options.endpoint };
  const { config } = loadConfig(commandConfig, { ...terminal, flags });
  showBanner(config.cli.banner.mode, terminal);
  const endpoint = config.client.endpoint ?? config.endpoint;

  let response: Response;
  try {
    const { headers, url } = locate(endpoint);
    response = await fetch(`${url}/health`, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    terminal.out(`Health check failed: ${reasonOf(error)}`);
    return 1;
  }
  if (response.status !== 200) {
    await response.body?.cancel();
    terminal.out(`Health check failed. Status Code: ${response.status}`);
    return 1;
  }
  const { status } = (await response.json().catch(() => ({}))) as { status?: string };
  terminal.out(`Status: ${status ?? 'unknown'}`);
  return 0;
}

/** The base URL without its slash at the end, and what a name and password in it ask for: `fetch` takes none in a URL. */
function locate(endpoint: string): { url: string; headers: Record<string, string> } {
  const url = new URL(endpoint);
  const credentials = [url.username, url.password].map(decodeURIComponent).join(':');
  url.username = url.password = '';
  return {
    url: url.href.replace(/\/$/, ''),
    headers: credentials === ':' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
  };
}

/** `fetch` says only that it failed; why is in the cause, which for several addresses holds one error each. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: Error & { errors?: Error[] } };
  return cause?.errors?.[0]?.message ?? (cause?.message || message);
}
