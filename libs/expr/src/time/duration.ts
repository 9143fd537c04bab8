import type { Scalar } from '../values/boxes';
import { fail } from '../errors/failure';

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

const MICROSECOND = 1_000n;
const MILLISECOND = 1_000_000n;
export const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', MICROSECOND],
  ['\u00b5s', MICROSECOND],
  ['\u03bcs', MICROSECOND],
  ['ms', MILLISECOND],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
]);

/** A signed span of time in 64-bit nanoseconds; arithmetic wraps around like that of ints. */
export class Duration implements Scalar {
  readonly ns: bigint;

  constructor(ns: bigint) {
    this.ns = BigInt.asIntN(64, ns);
  }

  /** The nearest duration to a number of nanoseconds that may not fit. */
  static saturating(ns: bigint): Duration {
    return new Duration(ns > MAX ? MAX : ns < MIN ? MIN : ns);
  }

  get identity(): string {
    return `duration ${this.ns}`;
  }

  /** Whole units plus the rest, which keeps precision that one division would lose. */
  private inUnits(unit: bigint): number {
    return Number(this.ns / unit) + Number(this.ns % unit) / Number(unit);
  }

  hours(): number {
    return this.inUnits(HOUR);
  }

  minutes(): number {
    return this.inUnits(MINUTE);
  }

  seconds(): number {
    return this.inUnits(SECOND);
  }

  milliseconds(): bigint {
    return this.ns / MILLISECOND;
  }

  microseconds(): bigint {
    return this.ns / MICROSECOND;
  }

  abs(): Duration {
    return Duration.saturating(this.ns < 0n ? -this.ns : this.ns);
  }

  /** Towards zero to a multiple of the unit; unchanged for a unit that is not positive. */
  truncate(unit: Duration): Duration {
    return unit.ns <= 0n ? this : new Duration(this.ns - (this.ns % unit.ns));
  }

  /** To the nearest multiple of the unit, halves away from zero; unchanged for a unit that is not positive. */
  round(unit: Duration): Duration {
    if (unit.ns <= 0n) return this;
    const rest = this.ns % unit.ns;
    const size = rest < 0n ? -rest : rest;
    if (size + size < unit.ns) return new Duration(this.ns - rest);
    return Duration.saturating(this.ns - rest + (this.ns < 0n ? -unit.ns : unit.ns));
  }

  /** `1h0m0s`, `1m30s`, `1.5s`, `250ms`, `0s`: no days, and one unit alone below a second. */
  toString(): string {
    const sign = this.ns < 0n ? '-' : '';
    const ns = this.ns < 0n ? -this.ns : this.ns;
    if (ns === 0n) return '0s';
    if (ns < MICROSECOND) return `${sign}${ns}ns`;
    if (ns < MILLISECOND) return `${sign}${decimal(ns, MICROSECOND)}\u00b5s`;
    if (ns < SECOND) return `${sign}${decimal(ns, MILLISECOND)}ms`;
    const hours = ns / HOUR;
    const minutes = (ns % HOUR) / MINUTE;
    const seconds = `${decimal(ns % MINUTE, SECOND)}s`;
    if (hours > 0n) return `${sign}${hours}h${minutes}m${seconds}`;
    return minutes > 0n ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
  }
}

/** A number of units with as many decimals as it needs. */
function decimal(ns: bigint, unit: bigint): string {
  const digits = unit.toString().length - 1;
  const fraction = (ns % unit).toString().padStart(digits, '0').replace(/0+$/, '');
  return fraction ? `${ns / unit}.${fraction}` : `${ns / unit}`;
}

const COMPONENT = /(\d*)(?:\.(\d*))?([^\d.]+)/y;

/** Reads `1h30m`, `1.5h`, `-2m3.5s` or `0`. */
export function parseDuration(text: string): Duration {
  if (text.length > 200) return fail('duration is out of range'); // so that no number below grows without bounds
  const negative = text.startsWith('-');
  const unsigned = text.replace(/^[+-]/, '');
  if (unsigned === '0') return new Duration(0n);
  let ns = 0n;
  COMPONENT.lastIndex = 0;
  do {
    const match = COMPONENT.exec(unsigned);
    const [, whole = '', fraction = '', name = ''] = match ?? [];
    const unit = UNITS.get(name);
    if (!unit || whole + fraction === '') return fail('duration expects text like "1h30m" or "1.5s"');
    // Digits beyond the ninth are less than a nanosecond of any unit but the hour's; 18 cover that one too.
    const digits = fraction.slice(0, 18);
    ns += BigInt(whole || '0') * unit + (BigInt(digits || '0') * unit) / 10n ** BigInt(digits.length);
    if (ns > (negative ? -MIN : MAX)) return fail('duration is out of range');
  } while (COMPONENT.lastIndex < unsigned.length);
  return new Duration(negative ? -ns : ns);
}
