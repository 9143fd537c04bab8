/**
 * The root of every error that Tork raises on purpose. `code` is stable and documented in docs/errors.md; the message
 * names the thing it is about and is fit to be shown to the user who caused it. `cause` keeps the origin for the log.
 */
export abstract class TorkError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
