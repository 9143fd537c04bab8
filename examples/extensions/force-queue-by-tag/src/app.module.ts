import { Module } from '@nestjs/common';
import { TorkModule } from '@tork/engine';
import { QUEUE_BY_TAG, QueueOfJob, QueueOfTask } from './queue-by-tag';
import type { QueueByTag } from './queue-by-tag';

const queues: QueueByTag = new Map([['gpu', 'gpu']]);

/** An application with Tork in it. Decorated classes are links of their chains wherever a module provides them. */
@Module({
  imports: [TorkModule.forRoot({ mode: 'standalone' })],
  providers: [{ provide: QUEUE_BY_TAG, useValue: queues }, QueueOfJob, QueueOfTask],
})
export class AppModule {}
