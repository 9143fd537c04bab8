import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HealthRegistry } from '@tork/observability';
import type { FastifyReply } from 'fastify';
import { Documented } from '../openapi/documented';
import { API_VERSION } from '../tokens';

export interface HealthResult {
  status: 'UP' | 'DOWN';
  version: string;
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    @Inject(HealthRegistry) private readonly health: HealthRegistry,
    @Inject(API_VERSION) private readonly version: string,
  ) {}

  @Get()
  @Documented({ summary: 'Whether the API, its datastore and its broker work', answer: 'Health' })
  async get(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthResult> {
    const status = await this.health.status();
    reply.code(status === 'UP' ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return { status, version: this.version };
  }
}
