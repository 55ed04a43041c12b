import type { Happening } from './happening.ts';

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

/** What the log says of a happening, with what to do about it; undefined for what is only counted. */
export function logLineOf(happening: Happening): LogLine | undefined {
  switch (happening.what) {
    case 'recorded':
    case 'stated':
    case 'signals-lost':
    case 'version-moved':
    case 'delivered':
      return undefined;
    case 'left-out':
      return leftOut(happening);
    case 'watch-failed': {
      if (!happening.isNews) return undefined;
      const { source, server, reason, error } = happening;
      return warn({ source, server, reason, error: error.message }, watchFailed(happening));
    }
    case 'watch-recovered': {
      const { source, server, seconds, resource } = happening;
      return info(
        { source, server, seconds },
        `the Kubernetes API answers again after ${seconds} s; watching ${resource} goes on`,
      );
    }
    case 'watch-expired': {
      const { source, server, resource, reason, error } = happening;
      const fields = { source, server, reason, error: error.message };
      return warn(fields, `${resource} must be listed again: ${error.message}`);
    }
    case 'frame-unknown': {
      const { source, server, type } = happening;
      return warn({ source, server, type }, 'a watch frame of an unknown type is left out');
    }
    case 'docker-failed': {
      if (!happening.isNews) return undefined;
      const { socketPath: socket, code, error } = happening;
      return warn(
        { source: 'docker', socket, code, error },
        `Docker cannot be watched: ${dockerAdvice(happening)}; the agent keeps trying`,
      );
    }
    case 'docker-recovered':
      return info(
        { source: 'docker', socket: happening.socketPath },
        'Docker answers again; watching it goes on',
      );
    case 'docker-message-dropped':
      return warn(
        { source: 'docker', reason: happening.reason },
        'a message of the Engine could not be read and is left out',
      );
    case 'cri-failed': {
      if (!happening.isNews) return undefined;
      const { socketPath: socket, code, error } = happening;
      return warn(
        { source: 'cri', socket, code, error },
        `the container runtime cannot be watched: ${criAdvice(happening)}; the agent keeps trying`,
      );
    }
    case 'cri-recovered':
      return info(
        { source: 'cri', socket: happening.socketPath },
        'the container runtime answers again; watching it goes on',
      );
    case 'cri-message-dropped':
      return warn(
        { source: 'cri', reason: happening.reason },
        'a message of the container runtime could not be read and is left out',
      );
    case 'signals-unavailable': {
      const { tracefs } = happening;
      return warn(
        { source: 'cri', tracefs, error: happening.error.message },
        `who sends signals to containers is not recorded: ${tracefsAdvice(happening)}; all else goes on`,
      );
    }
    case 'log-asked':
      return happening.isNews
        ? warn(
            { source: 'log', error: happening.error },
            `the logs of runs that ended cannot be read (${happening.error ?? 'no reason given'}): grant get on pods/log, or leave --log-lines out; all else goes on`,
          )
        : undefined;
    case 'delivery-failed': {
      const { api, cluster, problem } = happening;
      return warn({ api: api.href, cluster, problem }, deliveryFailed(happening));
    }
    case 'delivery-recovered':
      return info(
        { api: happening.api.href, cluster: happening.cluster },
        'the podlapse API takes events again',
      );
    case 'event-rejected': {
      const { api, cluster, index, id, reason } = happening;
      return error(
        { api: api.href, cluster, index, id, reason },
        'the podlapse API rejected an event for good; the others of its batch are stored',
      );
    }
    case 'event-undeliverable': {
      const { api, cluster, id, source, problem } = happening;
      return error(
        { api: api.href, cluster, id, source, problem },
        'the podlapse API cannot read this event: it is left out',
      );
    }
    case 'leading-began': {
      const { lease, identity } = happening;
      return info({ lease, identity }, 'this replica leads now: it watches the cluster');
    }
    case 'leading-ended': {
      const { lease, identity, why } = happening;
      return warn({ lease, identity }, `this replica does not lead any more: ${why}`);
    }
    case 'following': {
      const { lease, leader } = happening;
      return info({ lease, leader }, 'another replica leads; this one stands by');
    }
    case 'election-failed':
      return happening.isNews ? electionFailed(happening) : undefined;
  }
}

const at =
  (level: LogLine['level']) =>
  (fields: object, message: string): LogLine => ({ level, fields, message });
const info = at('info');
const warn = at('warn');
const error = at('error');

type Of<W extends Happening['what']> = Extract<Happening, { what: W }>;

function leftOut({ drop, isNews }: Of<'left-out'>): LogLine | undefined {
  if (!isNews) return undefined;
  return drop.kind === 'event'
    ? warn(
        { source: drop.source, problem: drop.problem },
        'something that a source said cannot be used and is left out',
      )
    : warn(
        { source: drop.source, field: drop.field.replaceAll(/\[\d+\]/g, '[]') },
        'a field is not as it should be and is left out',
      );
}

function watchFailed({ server, resource, reason, error: { message } }: Of<'watch-failed'>): string {
  const where = `the Kubernetes API at ${server}`;
  switch (reason) {
    case 'api-unreachable':
      return `${where} cannot be used (${message}): check that it runs, that this address is right and its certificate is trusted; the agent keeps trying`;
    case 'unauthorized':
      return `${where} does not know who we are (${message}): check the token or certificate of the kubeconfig or service account; the agent keeps trying and reads it anew each time`;
    case 'forbidden':
      return `${where} does not let us watch ${resource} (${message}): grant get, list and watch on ${resource}; the agent keeps trying`;
    case 'refused':
      return `${where} refuses to list ${resource} (${message}): check that this is a Kubernetes API server; the agent keeps trying`;
  }
}

function dockerAdvice({ code, socketPath }: Extract<Happening, { what: 'docker-failed' }>): string {
  switch (code) {
    case undefined:
      return 'the Engine ended the stream of events; check that dockerd runs';
    case 'ENOENT':
      return `there is no socket at ${socketPath}; check that dockerd runs, or name its socket with --docker`;
    case 'ECONNREFUSED':
      return `nothing listens at ${socketPath}; check that dockerd runs`;
    case 'EACCES':
    case 'EPERM':
      return `no permission for ${socketPath}; run the agent as root or in the socket's group`;
    case 'timeout':
      return `the Engine at ${socketPath} does not answer; check that dockerd is not stuck`;
    case '400':
    case '403':
    case '404':
      return `the Engine at ${socketPath} refuses; a filtering proxy must allow GET /_ping, /events and /containers`;
    default:
      return `the connection to ${socketPath} broke or brought something odd; check dockerd and its log`;
  }
}

function criAdvice({ code, socketPath }: Extract<Happening, { what: 'cri-failed' }>): string {
  switch (code) {
    case 'ENOENT':
      return `there is no socket at ${socketPath}; check that the runtime runs, or name its socket with --cri`;
    case 'ECONNREFUSED':
      return `nothing listens at ${socketPath}; check that the runtime runs`;
    case 'EACCES':
    case 'EPERM':
      return `no permission for ${socketPath}; run the agent as root`;
    case 'timeout':
      return `what is at ${socketPath} does not answer; check that it is the socket of containerd or CRI-O, and that the runtime is not stuck`;
    case 'closed':
      return `the runtime at ${socketPath} ended the connection; check that it runs`;
    case 'grpc-12':
      return `what is at ${socketPath} tells of no events; it takes containerd, or CRI-O with enable_pod_events = true`;
    case undefined:
    default:
      return `the connection to ${socketPath} broke or brought something odd; check the runtime and its log`;
  }
}

function tracefsAdvice({ tracefs, error: { code, message } }: Of<'signals-unavailable'>): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no tracing file system at ${tracefs}; mount it (mount -t tracefs tracefs /sys/kernel/tracing), or leave --tracefs out`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `no permission for ${tracefs}; run the agent as root with it mounted writable, on a kernel that is not locked down, or leave --tracefs out`;
    case undefined:
    default:
      return `${tracefs} cannot be used (${message})`;
  }
}

function deliveryFailed({ api, cluster, status, problem }: Of<'delivery-failed'>): string {
  if (status === undefined) {
    return `the podlapse API at ${api.href} cannot be used (${problem}): check that it runs and that --api is right; events are kept, and the agent keeps trying`;
  }
  const keeps = 'events are kept, and the agent keeps trying, seldom';
  switch (status) {
    case 401:
      return `the podlapse API at ${api.href} does not know our token (${problem}): check --token-file; ${keeps}`;
    case 403:
      return `our token may not write to cluster "${cluster}" (${problem}): check --cluster and --token-file; ${keeps}`;
    default:
      return `what is at ${api.href} does not take events (${problem}): check that --api is the address of a podlapse API; ${keeps}`;
  }
}

function electionFailed({ lease, error: { message } }: Of<'election-failed'>): LogLine {
  return warn(
    { lease, error: message },
    `the lease ${lease} cannot be used (${message}): grant get and update on it, and create on leases in its namespace; the agent keeps trying`,
  );
}
