import type { FastifyRequest } from 'fastify';

/**
 * A signal that is aborted when the client of a request goes away. While it is in use the connection may be silent for
 * as long as it likes.
 */
export function abortedWithConnection(request: FastifyRequest): Disposable & { readonly signal: AbortSignal } {
  const { socket } = request.raw;
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (socket.destroyed) abort();
  socket.setTimeout(0); // Node sets its own again with the next request
  socket.once('close', abort);
  return { signal: controller.signal, [Symbol.dispose]: () => void socket.off('close', abort) };
}
