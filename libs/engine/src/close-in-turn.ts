/** Closes one after the other, each whatever became of those before. Rejects at the end with all that went wrong. */
export async function closeInTurn(parts: Iterable<{ close(): Promise<void> }>): Promise<void> {
  const failures: unknown[] = [];
  for (const part of parts) await part.close().catch((cause: unknown) => failures.push(cause));
  if (failures.length === 0) return;
  const reasons = failures.map((failure) => (failure instanceof Error ? failure.message : String(failure)));
  throw new AggregateError(failures, `not everything could be closed: ${reasons.join('; ')}`);
}
