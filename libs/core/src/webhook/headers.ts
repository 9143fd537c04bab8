import type { StringMap } from '../document/types';

/** What RFC 9110 calls a token. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Control characters but the tab: with a line break in it a value would go on as a header of its own. */
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** How the body is framed and the connection is used: a wrong value smuggles a second request behind the first. */
const RESERVED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Most characters of the names and values of a call's headers together. Receivers take 8 to 64 thousand; templates could
 * make gigabytes of a short document.
 */
export const MAX_HEADERS_LENGTH = 65_536;

/** What Tork says itself about a call. */
const OURS = 'x-tork-';

/** Why a header is not sent, or nothing. A value is not told: it may be a secret. */
function refusal(name: string, value: string): string | undefined {
  const lower = name.toLowerCase();
  if (!NAME.test(name)) return 'its name is none';
  if (RESERVED.has(lower) || lower.startsWith(OURS)) return 'it is not for users to set';
  return CONTROL.test(value) ? 'its value holds control characters' : undefined;
}

export interface CheckedHeaders {
  headers: StringMap;
  /** A sentence for each header that is left out. */
  problems: string[];
}

/** The headers that can be sent. Of several names that differ in case alone the last one counts. */
export function checkHeaders(headers: StringMap): CheckedHeaders {
  const checked = new Map<string, [string, string]>();
  const problems: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const problem = refusal(name, value);
    if (problem) problems.push(`header ${JSON.stringify(name.slice(0, 100))} is left out: ${problem}`);
    else checked.set(name.toLowerCase(), [name, value]);
  }
  return { headers: Object.fromEntries(checked.values()), problems };
}
