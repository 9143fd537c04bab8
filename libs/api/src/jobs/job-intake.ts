import { randomUUID } from 'node:crypto';
import { findUnsupported, GUEST_USERNAME, type Job, type JobDocument, newJob, type User } from '@tork/core';
import type { Datastore } from '@tork/datastore';
import { UnsupportedDocumentError, UserNotFoundError } from './errors';
import type { JobSubmitter } from './job-submitter';

export interface IntakeOptions {
  /** Who is logged in, by name or id; nobody is the guest. */
  username?: string;
  /** The same, where it has been looked up already. */
  user?: User;
  /** About the size of the document, for the submitter. */
  bytes?: number;
}

/** Makes jobs of validated documents and stores them. */
export class JobIntake {
  private guest: Promise<User> | undefined;

  constructor(
    private readonly datastore: Pick<Datastore, 'user'>,
    private readonly submitter: Pick<JobSubmitter, 'submit'>,
  ) {}

  /** Resolves with the job once it is stored. Rejects with what the document asks for in vain, or like the submitter. */
  async accept(document: JobDocument, { username, user, bytes }: IntakeOptions = {}): Promise<Job> {
    const unsupported = findUnsupported(document);
    if (unsupported) throw new UnsupportedDocumentError(unsupported);
    const createdBy = user ?? (await this.creator(username));
    const job = newJob(document, { id: randomUUID().replaceAll('-', ''), now: new Date(), createdBy });
    await this.submitter.submit(job, bytes);
    return job;
  }

  private creator(username: string | undefined): Promise<User> {
    if (username !== undefined) return this.user(username);
    // The guest is the same for ever; to look it up for each job would double the work of the datastore.
    this.guest ??= this.user(GUEST_USERNAME).catch((error: unknown) => {
      this.guest = undefined;
      throw error;
    });
    return this.guest;
  }

  private async user(username: string): Promise<User> {
    const user = await this.datastore.user(username);
    if (!user) throw new UserNotFoundError(username);
    return user;
  }
}
