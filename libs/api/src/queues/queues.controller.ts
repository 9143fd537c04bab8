import { Controller, Delete, Get, Inject } from '@nestjs/common';
import { BROKER, type Broker } from '@tork/broker';
import { isTaskQueue, type QueueInfo, QueueNotFoundError } from '@tork/core';
import { Id } from '../http/id';
import type { ApiLog } from '../log';
import { API_LOG } from '../tokens';
import { BrokerRequestError, NotATaskQueueError } from './errors';

@Controller('queues')
export class QueuesController {
  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(API_LOG) private readonly log: ApiLog,
  ) {}

  @Get()
  async list(): Promise<QueueInfo[]> {
    return this.ask(this.broker.queues());
  }

  @Get(':name')
  async get(@Id('name') name: string): Promise<QueueInfo> {
    const queue = await this.broker.queue(name).catch((err: unknown) => {
      this.log.warn({ err, queue: name }, 'queue not read');
    });
    if (!queue) throw new QueueNotFoundError(name);
    return queue;
  }

  @Delete(':name')
  async delete(@Id('name') name: string): Promise<void> {
    if (!isTaskQueue(name)) throw new NotATaskQueueError(name);
    await this.get(name);
    if (!(await this.ask(this.broker.deleteQueue(name)))) throw new QueueNotFoundError(name);
  }

  private async ask<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw new BrokerRequestError(error);
    }
  }
}
