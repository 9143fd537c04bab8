import { createLogger, type Logger, openLogFile } from '@tork/observability';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebConfig } from '../config';
import { AuditFileError } from './errors';
import { onlyLooks } from './methods';
import { pathOf } from './query';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request has made or changed, where its path does not say: the id of a job, the name of a user. */
    subject?: string;
  }
}

export type AuditOutcome = 'done' | 'refused' | 'failed' | 'unknown';

/**
 * Writes a line for each request that is to change something, when it is over: who, what, when, and what came of it. It
 * sees those too that are refused. A line has neither the body of a request nor its query. The logger is called `audit`
 * and writes whatever `logging.level` says.
 *
 * Throws {@link AuditFileError} when the file cannot be opened.
 */
export function auditWrites(instance: FastifyInstance, config: WebConfig['audit'], processLog: Logger): void {
  if (!config.enabled) return;
  const log = config.file ? fileLog(config.file, processLog) : processLog;
  const audit = log.child({ logger: 'audit' }, { level: 'info' });
  instance.addHook('onRequest', (request, reply, done) => {
    if (!onlyLooks(request.method)) {
      const { ip } = request; // a connection that is closed has forgotten it
      reply.raw.once('close', () => audit.info(describe(request, reply, ip), 'Write'));
    }
    done();
  });
}

function describe(request: FastifyRequest, reply: FastifyReply, ip: string): Record<string, unknown> {
  const { currentUser, failure, identity } = request;
  const isAnswered = reply.raw.writableFinished;
  return {
    requestId: request.id,
    user: currentUser,
    via: identity?.via ?? (currentUser === undefined ? undefined : 'middleware'),
    credential: identity?.credential,
    'remote-ip': ip,
    method: request.method,
    path: pathOf(request.raw.url),
    route: request.routeOptions.url,
    subject: request.subject,
    status: isAnswered ? reply.statusCode : undefined,
    outcome: isAnswered ? outcomeOf(reply.statusCode) : 'unknown',
    reason: failure instanceof Error && reply.statusCode < 500 ? codeOf(failure) : undefined,
  };
}

/** A client that went away learns nothing of the outcome, and neither do we. */
function outcomeOf(status: number): AuditOutcome {
  if (status < 400) return 'done';
  return status < 500 ? 'refused' : 'failed';
}

/** The stable code of an error: its text may repeat what a user wrote. */
const codeOf = (error: Error): string => (error as Error & { code?: string }).code ?? error.name;

function fileLog(file: string, processLog: Logger): Logger {
  try {
    const destination = openLogFile(file, (error) =>
      processLog.error({ error, file }, 'a line of the audit log could not be written'),
    );
    return createLogger({ level: 'info', format: 'json', destination });
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new AuditFileError(`can not write to middleware.web.audit.file ${file}: ${reason}`, { cause });
  }
}
