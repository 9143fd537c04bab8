import { awaitsWebhook, secretsOf, webhookDeliveries } from '@tork/core';
import type {
  Job,
  JobView,
  TaskState,
  Transition,
  WebhookContext,
  WebhookDelivery,
  WebhookEvent,
  WebhookOccasion,
} from '@tork/core';
import type { CoordinatorLog } from '../log';

/** Says what an event has left behind, see {@link WebhookRecorder.expect}. */
export type Tell = (occasion: WebhookOccasion) => void;

/** What the state of a task may become without a word: it ends with its job, or goes back to where it was. */
const SILENT: ReadonlySet<TaskState> = new Set(['CREATED', 'PENDING', 'CANCELLED']);

/** What webhooks are to be told about the transitions of one batch. */
export class WebhookRecorder {
  private readonly places: (readonly WebhookDelivery[])[] = [];

  constructor(
    private readonly context: WebhookContext,
    private readonly log: Pick<CoordinatorLog, 'warn'>,
  ) {}

  /** All calls so far, in the order of their events. */
  get deliveries(): WebhookDelivery[] {
    return this.places.flat();
  }

  /**
   * Keeps a place in the order for an event that is about to happen. The answer fills it once what follows from the
   * event has happened too: a task is told of before its job, and its result is there for the headers all the same.
   * Undefined if no webhook waits for the event.
   */
  expect(job: Job, event: WebhookEvent): Tell | undefined {
    if (!awaitsWebhook(job, event)) return undefined;
    const place = this.places.push([]) - 1;
    return (occasion) => {
      const { deliveries, problems } = webhookDeliveries(job, occasion, this.context);
      this.places[place] = deliveries;
      for (const text of problems) {
        const problem = secretsOf(job).hide(text); // it may quote an expression in which one is written out
        this.log.warn({ jobId: job.id, event, problem }, 'webhook not as its job has it');
      }
    };
  }

  /**
   * The same for the tasks that a transition, not applied yet, moves to another state or reports progress of, and for
   * those named in `again`, whose state it leaves.
   */
  expectTasks(view: JobView, transition: Transition, again: readonly string[] = []): (() => void) | undefined {
    if (!view.job.webhooks || transition.outcome !== 'applied') return undefined;
    const expected: { taskId: string; tell: Tell; event: TaskWebhookEvent }[] = [];
    const expect = (taskId: string, event: TaskWebhookEvent) => {
      const tell = this.expect(view.job, event);
      if (tell) expected.push({ taskId, tell, event });
    };
    for (const { id, progress, state } of transition.tasks) {
      const before = view.tasks.get(id)?.state;
      const isHandedOutAgain = state === 'SCHEDULED' && before !== 'PENDING';
      if (!state && progress !== undefined) expect(id, 'task.Progress');
      else if (state && state !== before && !SILENT.has(state) && !isHandedOutAgain) expect(id, 'task.StateChange');
    }
    for (const id of again) expect(id, 'task.StateChange');
    return () => {
      for (const { event, taskId, tell } of expected) {
        const task = view.tasks.get(taskId);
        if (task) tell({ event, task });
      }
    };
  }
}

type TaskWebhookEvent = Extract<WebhookEvent, `task.${string}`>;
