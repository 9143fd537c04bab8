import { topicMatcher } from '@tork/broker';
import type { BrokerLog, Subscription } from '@tork/broker';
import { EventReader } from './events';

interface Listener {
  matches(topic: string): boolean;
  handle(topic: string, payload: unknown): void;
}

/** Who wants to hear of events in this process. */
export class Listeners {
  private readonly listeners = new Set<Listener>();
  private readonly reader = new EventReader();

  constructor(private readonly log: BrokerLog) {}

  add(pattern: string, handle: Listener['handle']): Subscription {
    const listener = { matches: topicMatcher(pattern), handle };
    this.listeners.add(listener);
    return { close: async () => void this.listeners.delete(listener) };
  }

  clear(): void {
    this.listeners.clear();
  }

  tell(notification: string): void {
    const event = this.reader.read(notification);
    if (event === undefined) return;
    const { text, topic } = JSON.parse(event) as { topic: string; text: string };
    for (const listener of this.listeners) {
      if (!listener.matches(topic)) continue;
      try {
        listener.handle(topic, JSON.parse(text)); // to each a payload of its own
      } catch (err) {
        this.log.warn({ err, topic }, 'an event listener failed');
      }
    }
  }
}
