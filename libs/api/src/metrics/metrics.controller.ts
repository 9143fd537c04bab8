import { Controller, Get, Inject } from '@nestjs/common';
import type { Metrics } from '@tork/core';
import { DATASTORE, type Datastore } from '@tork/datastore';

@Controller('metrics')
export class MetricsController {
  constructor(@Inject(DATASTORE) private readonly datastore: Datastore) {}

  @Get()
  get(): Promise<Metrics> {
    return this.datastore.metrics(new Date());
  }
}
