/** A failure as the API server tells it: a `Status` object. */
export class StatusError extends Error {
  readonly code: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: number, reason: string, message: string, extra: StatusExtra = {}) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = extra.retryAfterSeconds;
    this.body = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: extra.metadata ?? {},
      status: 'Failure',
      message,
      ...(reason !== '' && { reason }),
      ...(extra.details !== undefined && { details: extra.details }),
      code,
    };
  }
}

interface StatusExtra {
  readonly metadata?: object;
  readonly details?: object;
  readonly retryAfterSeconds?: number | undefined;
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized');
}

export function forbidden(user: string, verb: string, resource: string, namespace?: string): StatusError {
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const message = `${resource} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "" ${scope}`;
  return new StatusError(403, 'Forbidden', message, { details: { kind: resource } });
}

/** A write that goes by an older version than the one that is stored (optimistic concurrency). */
export function conflict(resource: string, name: string): StatusError {
  const message = `Operation cannot be fulfilled on ${resource} "${name}": the object has been modified; please apply your changes to the latest version and try again`;
  return new StatusError(409, 'Conflict', message, { details: { name, kind: resource } });
}

export function alreadyExists(resource: string, name: string): StatusError {
  return new StatusError(409, 'AlreadyExists', `${resource} "${name}" already exists`, {
    details: { name, kind: resource },
  });
}

export function notFound(resource?: string, name?: string): StatusError {
  if (resource === undefined) {
    return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {
      details: {},
    });
  }
  const details = { name, kind: resource };
  return new StatusError(404, 'NotFound', `${resource} "${name}" not found`, { details });
}

/** A watch from a version that was compacted: it comes as an ERROR frame of a watch that began with 200. */
export function watchExpired(version: number, oldest: number): StatusError {
  return new StatusError(410, 'Expired', `too old resource version: ${version} (${oldest})`);
}

/** A list of a state that was compacted. */
export function listExpired(): StatusError {
  return new StatusError(410, 'Expired', 'The resourceVersion for the provided list is too old.');
}

/** A continue token from before a compaction. The token that comes with it gives the rest as it is now. */
export function continueExpired(token: string): StatusError {
  return new StatusError(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results.',
    { metadata: { continue: token } },
  );
}

export function tooLargeVersion(requested: number, current: number): StatusError {
  return new StatusError(504, 'Timeout', `Too large resource version: ${requested}, current: ${current}`, {
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
    retryAfterSeconds: 1,
  });
}

/** A failure that a test ordered. */
export function ordered(code: number, retryAfterSeconds?: number): StatusError {
  const details = retryAfterSeconds === undefined ? undefined : { retryAfterSeconds };
  switch (code) {
    case 410:
      return new StatusError(410, 'Expired', 'The resourceVersion for the provided watch is too old.');
    case 429:
      return new StatusError(429, 'TooManyRequests', 'The request was throttled, please try again later.', {
        ...(details && { details }),
        retryAfterSeconds: retryAfterSeconds ?? 1,
      });
    default:
      return new StatusError(
        code,
        code === 500 ? 'InternalError' : '',
        'an error on the server, as ordered',
        {
          ...(details && { details }),
          retryAfterSeconds,
        },
      );
  }
}
