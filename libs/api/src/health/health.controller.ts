import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import { BROKER, type Broker } from '@tork/broker';
import { DATASTORE, type Datastore } from '@tork/datastore';
import type { FastifyReply } from 'fastify';
import type { ApiLog } from '../log';
import { API_LOG, API_VERSION } from '../tokens';

/** A dependency that does not answer within this is down. */
const CHECK_TIMEOUT_MS = 5_000;

export interface HealthResult {
  status: 'UP' | 'DOWN';
  version: string;
}

@Controller('health')
export class HealthController {
  constructor(
    @Inject(DATASTORE) private readonly datastore: Datastore,
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(API_LOG) private readonly log: ApiLog,
    @Inject(API_VERSION) private readonly version: string,
  ) {}

  /** The first dependency that is down decides; what is wrong with it is for the log alone. */
  @Get()
  async get(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthResult> {
    const isUp =
      (await this.isUp('datastore', () => this.datastore.health())) &&
      (await this.isUp('broker', () => this.broker.health()));
    reply.code(isUp ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return { status: isUp ? 'UP' : 'DOWN', version: this.version };
  }

  private async isUp(dependency: string, check: () => Promise<void>): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      const late = () => reject(new Error(`${dependency} did not answer within ${CHECK_TIMEOUT_MS} ms`));
      timer = setTimeout(late, CHECK_TIMEOUT_MS);
    });
    try {
      await Promise.race([check(), timeout]);
      return true;
    } catch (err) {
      this.log.warn({ err, dependency }, 'health check failed');
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
