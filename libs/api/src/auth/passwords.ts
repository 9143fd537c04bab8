import { createHmac, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/bcrypt';
import { LoginOverloadError } from './errors';

/** As in the original, whose hashes are read here, and which can read ours. */
const BCRYPT = { cost: 10, version: '2a' } as const;
/** What bcrypt looks at; it would take the rest of a longer password for nothing. */
export const MAX_PASSWORD_BYTES = 72;

export interface PasswordsOptions {
  /** How long a comparison that came out well need not be made again. Default 5 minutes. */
  rememberMs?: number;
  /** Comparisons at the same time, each on a thread that files and names are waiting for, too. Default 2. */
  parallel?: number;
  /** More than these are refused with {@link LoginOverloadError}. Default 200: some six seconds. */
  maxWaiting?: number;
}

/** How many passwords that were right are remembered. */
const MAX_REMEMBERED = 10_000;

/**
 * Makes and compares bcrypt hashes, off the event loop. A comparison takes some 60 ms of a core, so one that came out
 * well is remembered for a while: under a key of this process made from password and hash, so that memory holds no
 * password, and another hash, as after a change of the password, makes another key. Wrong ones are compared each time.
 */
export class Passwords {
  private readonly key = randomBytes(32);
  private readonly goodUntil = new Map<string, number>();
  private readonly underWay = new Map<string, Promise<boolean>>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  private decoy: Promise<string> | undefined;

  constructor(private readonly options: PasswordsOptions = {}) {}

  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, BCRYPT));
  }

  /**
   * Whether a password is the one of a hash. Without a hash it is not; that takes as long, so that nobody learns by the
   * clock which users there are.
   */
  async verify(password: string, storedHash: string | undefined): Promise<boolean> {
    if (storedHash === undefined) {
      // Compared with what nobody's password is: one that is too long to be one.
      this.decoy ??= hash(randomBytes(36).toString('hex'), BCRYPT);
      const decoy = await this.decoy;
      await this.inTurn(() => verify(password, decoy));
      return false;
    }
    const entry = this.entryOf(password, storedHash);
    if (this.isRemembered(entry)) return true;
    // Who sends many requests at once with one password is compared once.
    let comparison = this.underWay.get(entry);
    if (!comparison) {
      comparison = this.inTurn(() => verify(password, storedHash)).finally(() => this.underWay.delete(entry));
      this.underWay.set(entry, comparison);
    }
    const isGood = await comparison;
    if (isGood) this.remember(entry);
    return isGood;
  }

  private entryOf(password: string, storedHash: string): string {
    return createHmac('sha256', this.key).update(storedHash).update('\0').update(password).digest('base64');
  }

  private isRemembered(entry: string): boolean {
    const until = this.goodUntil.get(entry);
    return until !== undefined && performance.now() < until;
  }

  private remember(entry: string): void {
    const { rememberMs = 5 * 60_000 } = this.options;
    this.goodUntil.delete(entry);
    this.goodUntil.set(entry, performance.now() + rememberMs);
    const [oldest] = this.goodUntil.keys();
    if (this.goodUntil.size > MAX_REMEMBERED && oldest !== undefined) this.goodUntil.delete(oldest);
  }

  private async inTurn<T>(run: () => Promise<T>): Promise<T> {
    const { maxWaiting = 200, parallel = 2 } = this.options;
    if (this.running < parallel) this.running += 1;
    else if (this.waiting.length >= maxWaiting) throw new LoginOverloadError();
    // Whoever ends hands its place over, so that nobody who comes meanwhile takes it.
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
