/** DynamoDB kept refusing for load after all retries. Nothing is lost: the sender repeats the batch later. */
export class StoreBusyError extends Error {
  readonly code = 'store-busy';
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number, cause?: unknown) {
    super('the store is busy; send the same request again later', { cause });
    this.name = 'StoreBusyError';
    this.retryAfterMs = retryAfterMs;
  }
}

/** A cursor that this list did not give out: altered, cut, or of another list. */
export class InvalidCursorError extends Error {
  readonly code = 'invalid-cursor';
  constructor(cause?: unknown) {
    super('the cursor is not one that this list gave out; start again without it', { cause });
    this.name = 'InvalidCursorError';
  }
}

/** An item was written by a newer podlapse, or is not one of ours. */
export class UnreadableItemError extends Error {
  readonly code = 'unreadable-item';
  constructor(what: string, cause?: unknown) {
    super(`${what}; is the table shared with a newer podlapse?`, { cause });
    this.name = 'UnreadableItemError';
  }
}

/** The embedded database could not be opened. */
export class EmbeddedStoreError extends Error {
  readonly code = 'embedded-store';
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'EmbeddedStoreError';
  }
}

/** A report that must first count what nobody has counted yet. What is done so far is kept: the next try goes on. */
export class ReportNotReadyError extends Error {
  readonly code = 'report-not-ready';
  readonly retryAfterMs = 1_000;
  constructor() {
    super('so much has to be counted first that it takes more than one request; send the same one again');
    this.name = 'ReportNotReadyError';
  }
}
