import { ProgressSender } from './progress-sender';

/** A sender whose messages are confirmed when the test says so. */
function start() {
  const sent: number[] = [];
  const losses: unknown[] = [];
  let confirm: (error?: Error) => void = () => {};
  const sender = new ProgressSender(
    (percent) => {
      sent.push(percent);
      return new Promise((resolve, reject) => (confirm = (error) => (error ? reject(error) : resolve())));
    },
    (error) => losses.push(error),
  );
  const settle = async (error?: Error) => {
    confirm(error);
    await new Promise(setImmediate);
  };
  return { sender, sent, losses, settle };
}

describe('ProgressSender', () => {
  it('sends the latest figure, one message at a time', async () => {
    const { sender, sent, settle } = start();
    sender.report(1);
    sender.report(2);
    sender.report(3);
    expect(sent).toEqual([1]);

    await settle();
    expect(sent).toEqual([1, 3]);
    await settle();
    expect(sent).toEqual([1, 3]);
  });

  it('goes on after a message that was lost', async () => {
    const { sender, sent, losses, settle } = start();
    sender.report(10);
    sender.report(20);

    await settle(new Error('refused'));

    expect(losses).toEqual([new Error('refused')]);
    expect(sent).toEqual([10, 20]);
  });

  it('keeps figures within 0…100 and ignores what is none', async () => {
    const { sender, sent, settle } = start();
    for (const percent of [NaN, -5, 250]) {
      sender.report(percent);
      await settle();
    }

    expect(sent).toEqual([0, 100]);
  });
});
