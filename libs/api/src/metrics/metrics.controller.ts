import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Metrics } from '@tork/core';
import { DATASTORE, type Datastore } from '@tork/datastore';
import { Documented } from '../openapi/documented';

@ApiTags('metrics')
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(DATASTORE) private readonly datastore: Datastore) {}

  @Get()
  @Documented({ summary: 'How much runs at the moment', answer: 'Metrics' })
  get(): Promise<Metrics> {
    return this.datastore.metrics(new Date());
  }
}
