/** What the adapters log through; pino fits. Never handed a message's body or a URL. */
export interface BrokerLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const SILENT: BrokerLog = { debug() {}, info() {}, warn() {}, error() {} };
