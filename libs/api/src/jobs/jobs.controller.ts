import { Controller, Get, HttpCode, Inject, Post, Put, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiTags } from '@nestjs/swagger';
import {
  type Job,
  JobNotFoundError,
  parseDuration,
  toWireJob,
  toWireJobSummary,
  toWireLogPart,
  toWirePage,
} from '@tork/core';
import { DATASTORE, type Datastore } from '@tork/datastore';
import type { FastifyRequest } from 'fastify';
import { abortedWithConnection } from '../http/connection';
import { Id } from '../http/id';
import { JOB_PAGES, LOG_PAGES, pageRequest } from '../http/paging';
import type { Query } from '../http/query';
import { Documented } from '../openapi/documented';
import { ReadChains } from '../read-chains';
import { readJobDocument } from './job-body';
import { JobCommands } from './job-commands';
import { JobIntake } from './job-intake';
import { JobWaiter } from './job-waiter';

const ID = { name: 'id', description: 'Id of the job.' };
const NOT_FOUND = 'There is no such job.';
const OK = { status: 'OK' };

@ApiTags('jobs')
@Controller('jobs')
export class JobsController {
  constructor(
    @Inject(DATASTORE) private readonly datastore: Datastore,
    @Inject(JobIntake) private readonly intake: JobIntake,
    @Inject(JobWaiter) private readonly waiter: JobWaiter,
    @Inject(JobCommands) private readonly commands: JobCommands,
    @Inject(ReadChains) private readonly chains: ReadChains,
  ) {}

  @Post()
  @HttpCode(200)
  @Documented({
    summary: 'Submits a job',
    description: 'With `wait` in the document the answer comes when the job has ended, and is the whole job.',
    takesJob: true,
    answer: ['JobSummary', 'Job'],
    errors: {
      400: 'The document, or its content type, is not valid.',
      408: 'The job did not end within the time to wait. It goes on.',
      413: 'The document is too long.',
    },
  })
  async submit(@Req() request: FastifyRequest) {
    const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
    const document = readJobDocument(request.headers['content-type'], body);
    const accept = async () => {
      const { currentUser: username, identity } = request;
      const user = identity?.user?.username === username ? identity?.user : undefined;
      const job = await this.intake.accept(document, { username, user, bytes: body.length });
      request.subject = job.id;
      return job;
    };
    if (!document.wait) return toWireJobSummary(this.chains.accepted(await accept()));

    using watch = await this.waiter.watch();
    using connection = abortedWithConnection(request);
    const { id } = await accept();
    const timeoutMs = parseDuration(document.wait.timeout ?? '');
    await watch.ended(id, { timeoutMs, signal: connection.signal });
    return toWireJob(await this.job(id));
  }

  @Get()
  @Documented({
    summary: 'Lists jobs, newest first',
    pages: { maxSize: JOB_PAGES.maxSize, search: 'Words of name, description and state; `tag:<tag>`, `tags:<a>,<b>`.' },
    answer: 'JobPage',
    errors: { 404: '`page` or `size` is no integer.' },
  })
  async list(@Req() request: FastifyRequest) {
    const page = pageRequest(request.query as Query, JOB_PAGES);
    const jobs = await this.datastore.jobs(page, request.currentUser);
    return toWirePage(await this.chains.list(jobs), toWireJobSummary);
  }

  @Get(':id')
  @Documented({ summary: 'A job with its tasks', param: ID, answer: 'Job', errors: { 404: NOT_FOUND } })
  async get(@Id() id: string) {
    return toWireJob(await this.job(id));
  }

  @Get(':id/log')
  @Documented({
    summary: 'The output of all tasks of a job, newest first',
    param: ID,
    pages: { maxSize: LOG_PAGES.maxSize, search: 'Words of the output.' },
    answer: 'LogPage',
    errors: { 404: `${NOT_FOUND} Or \`page\` or \`size\` is no integer.` },
  })
  async log(@Id() id: string, @Req() request: FastifyRequest) {
    const pageAsked = pageRequest(request.query as Query, LOG_PAGES);
    if (!(await this.datastore.jobState(id))) throw new JobNotFoundError(id);
    const page = await this.datastore.jobLog(id, pageAsked);
    return toWirePage(await this.chains.log(page, id), toWireLogPart);
  }

  @Put(':id/cancel')
  @RouteConfig({ anyContentType: true })
  @Documented({
    summary: 'Asks for a job to be cancelled',
    param: ID,
    answer: 'Ok',
    errors: { 400: 'The job has ended.', 404: NOT_FOUND },
  })
  async cancel(@Id() id: string) {
    await this.commands.cancel(id);
    return OK;
  }

  @Put(':id/restart')
  @RouteConfig({ anyContentType: true })
  @Documented({
    summary: 'Asks for a failed or cancelled job to be run again from its current task',
    param: ID,
    answer: 'Ok',
    errors: { 400: 'The job has not failed, or has no more tasks to run.', 404: NOT_FOUND },
  })
  async restart(@Id() id: string) {
    await this.commands.restart(id);
    return OK;
  }

  private async job(id: string): Promise<Job> {
    const job = await this.datastore.job(id);
    if (!job) throw new JobNotFoundError(id);
    return this.chains.job(job);
  }
}
