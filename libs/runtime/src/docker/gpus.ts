import { TaskFailedError } from '../errors';
import { parseCsvLine } from './csv-line';

/** A request for devices as the daemon takes it. */
export interface DeviceRequest {
  Driver?: string;
  /** -1 = all. */
  Count?: number;
  DeviceIDs?: string[];
  Capabilities: string[][];
  Options?: Record<string, string>;
}

/**
 * The GPUs that a task asks for, written as for `docker run --gpus`: fields with commas between them, quoted as in CSV.
 *
 * @throws TaskFailedError
 */
export function parseGpus(text: string): DeviceRequest {
  try {
    return requestOf(parseCsvLine(text));
  } catch (error) {
    throw new TaskFailedError(`error setting GPUs: ${(error as Error).message}`);
  }
}

function requestOf(fields: readonly string[]): DeviceRequest {
  const request: DeviceRequest = { Capabilities: [['gpu']] };
  const seen = new Set<string>();
  for (const field of fields) {
    const [name, value] = cut(field);
    const key = value === undefined ? 'count' : name;
    if (seen.has(key)) throw new Error(`gpu request key '${key}' can be specified only once`);
    seen.add(key);
    switch (key) {
      case 'count':
        request.Count = parseCount(value ?? name);
        break;
      case 'device':
        request.DeviceIDs = (value ?? '').split(',');
        break;
      case 'driver':
        request.Driver = value;
        break;
      case 'capabilities':
        request.Capabilities = [[...(value ?? '').split(','), 'gpu']];
        break;
      case 'options':
        request.Options = optionsOf(value ?? '');
        break;
      default:
        throw new Error(`unexpected key '${key}' in '${field}'`);
    }
  }
  if (request.Count === undefined && request.DeviceIDs === undefined) request.Count = 1;
  return request;
}

function optionsOf(text: string): Record<string, string> {
  const options = parseCsvLine(text).map(cut);
  return Object.fromEntries(options.map(([name, value]) => [name, value ?? '']));
}

function parseCount(text: string): number {
  if (text === 'all') return -1;
  if (/^[+-]?\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`invalid count (${text}): value must be either "all" or an integer`);
}

/** The parts before and after the first `=`. */
function cut(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
