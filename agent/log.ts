/** Where the agent tells what happens. The part of pino's logger that is used: fields first, then the sentence. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
