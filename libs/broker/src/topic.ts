/** Whether a topic fits a pattern, in which `*` stands for any run of characters, none included. */
export function topicMatcher(pattern: string): (topic: string) => boolean {
  const source = pattern
    .split('*')
    .map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  const expression = new RegExp(`^${source}$`, 's');
  return (topic) => expression.test(topic);
}
