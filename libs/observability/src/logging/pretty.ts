import { createRequire } from 'node:module';

interface LineSink {
  write(line: string): void;
}

/** Turns lines of JSON into lines for people: local time, level, message, the fields, and the stacks of errors below. */
export function prettyLines(destination: LineSink): LineSink {
  // Loaded here because it costs more than everything else of this library, and services do without.
  const { prettyFactory } = createRequire(__filename)('pino-pretty') as typeof import('pino-pretty');
  const pretty = prettyFactory({
    colorize: Boolean(process.stderr.isTTY) && !process.env.NO_COLOR,
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss',
    messageKey: 'message',
    errorLikeObjectKeys: [],
    hideObject: true,
    ignore: 'name,pid,hostname,caller', // Put before the message otherwise.
    messageFormat: (line) => messageOf(line as LogLine),
  });
  return { write: (line) => destination.write(pretty(line)) };
}

type LogLine = Record<string, unknown> & { message?: string };

/** What the formatter prints itself. */
const PRINTED = new Set(['level', 'time', 'message']);

function messageOf(line: LogLine): string {
  const words = [visible(line.message ?? '')];
  const stacks: string[] = [];
  for (const [name, value] of Object.entries(line)) {
    if (PRINTED.has(name)) continue;
    if (hasStack(value)) stacks.push(`\n  ${visible(value.stack).replaceAll('\n', '\n  ')}`);
    else words.push(visible(`${name}=${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`));
  }
  return words.join(' ') + stacks.join('');
}

const hasStack = (value: unknown): value is { stack: string } =>
  typeof value === 'object' && value !== null && 'stack' in value && typeof value.stack === 'string';

/** Control characters but the line break. A terminal takes them for commands, and names of users may hold them. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;

const visible = (text: string): string =>
  text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const quoted = (text: string): string => (/^[^\s"=]+$/.test(text) ? text : JSON.stringify(text));
