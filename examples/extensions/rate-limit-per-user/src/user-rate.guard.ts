import { HttpException, HttpStatus, Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Injection token of a {@link Rate}. */
export const RATE = Symbol('RATE');

/** So many requests in so many seconds. */
export interface Rate {
  requests: number;
  seconds: number;
}

interface Request {
  /** Whom the login has found; nobody where none is asked for. */
  currentUser?: string;
  ip: string;
  url: string;
}

interface Reply {
  header(name: string, value: string | number): unknown;
}

/** Answers 429 to a user who asks too often, whatever address the requests come from; to strangers by address. */
@Injectable()
export class UserRateGuard implements CanActivate {
  private readonly limiter: RateLimiterMemory;

  constructor(@Inject(RATE) { requests, seconds }: Rate) {
    this.limiter = new RateLimiterMemory({ points: requests, duration: seconds });
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const { currentUser, ip, url } = http.getRequest<Request>();
    if (url === '/health') return true; // whoever watches over it asks often
    const reply = http.getResponse<Reply>();
    try {
      const { remainingPoints } = await this.limiter.consume(currentUser ? `user ${currentUser}` : `address ${ip}`);
      reply.header('X-RateLimit-Remaining', remainingPoints);
      return true;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      reply.header('Retry-After', Math.ceil(refusal.msBeforeNext / 1_000));
      throw new HttpException('rate limit exceeded', HttpStatus.TOO_MANY_REQUESTS);
    }
  }
}
