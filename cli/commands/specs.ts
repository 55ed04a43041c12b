import type { CommandSpec, OptionSpecs } from '../command-line/spec.ts';
import { CAUSES, DIMENSIONS, ORDERS } from '../../timeline/contract/words.ts';

/** Options of every command. */
export const COMMON = {
  api: { value: 'URL', help: 'where the API is' },
  'token-file': { value: 'PATH', completes: 'file', help: 'a file with the token for the API' },
  'api-ca-file': {
    value: 'PATH',
    completes: 'file',
    help: 'authorities to trust at the API beside the well-known ones, in PEM',
  },
  color: { value: 'WHEN', choices: ['auto', 'always', 'never'], help: 'whether to use colours' },
  help: { short: 'h', help: 'this text' },
} as const satisfies OptionSpecs;

const cluster = {
  cluster: { value: 'NAME', completes: 'cluster', help: 'the cluster, as podlapse records it' },
  context: {
    value: 'NAME',
    completes: 'context',
    help: 'the kube context whose cluster and namespace are meant',
  },
  kubeconfig: {
    value: 'PATH',
    completes: 'file',
    help: 'the kubeconfig, instead of KUBECONFIG and ~/.kube/config',
  },
} as const satisfies OptionSpecs;

const namespace = {
  namespace: { short: 'n', value: 'NAME', completes: 'namespace', help: 'the namespace' },
} as const satisfies OptionSpecs;

const allNamespaces = {
  ...namespace,
  'all-namespaces': { short: 'A', help: 'all namespaces' },
} as const satisfies OptionSpecs;

const watch = {
  watch: { short: 'w', help: 'go on, and show what changes' },
  interval: { value: 'SECONDS', help: 'how often --watch looks (2 if not given)' },
} as const satisfies OptionSpecs;

const limit = {
  limit: { value: 'N', help: 'how many at most (1000 if not given); 0 for all' },
} as const satisfies OptionSpecs;

const output = <const F extends readonly string[]>(choices: F) =>
  ({
    output: { short: 'o', value: 'FORMAT', choices, help: 'how to print it' },
  }) as const satisfies OptionSpecs;

const TIME_NOTE = 'Times are `24h`, `30m`, `7d` (before now), `2026-01-31` or `2026-01-31T08:15:00Z`.';

/**
 * The commands. What each does is in a file of its own, which is loaded when it is called: the help and the shell's
 * completion need only these.
 */
export const COMMANDS = {
  pods: {
    summary: 'pods, living and gone, with their restarts',
    args: [],
    options: {
      ...cluster,
      ...allNamespaces,
      workload: { value: 'KIND/NAME', completes: 'workload', help: 'only pods of this workload' },
      node: { value: 'NAME', completes: 'node', help: 'only pods of this node' },
      restarted: { help: 'only pods that restarted' },
      since: { value: 'TIME', help: 'only pods that were heard of since then' },
      ...limit,
      ...output(['table', 'wide', 'json']),
      ...watch,
    },
    notes: TIME_NOTE,
    examples: ['pods --restarted', 'pods -n shop --workload Deployment/web -o json'],
  },
  timeline: {
    summary: 'the timeline of a pod: every run, every restart, and why',
    args: ['POD'],
    completes: ['pod'],
    options: {
      ...cluster,
      ...namespace,
      at: { value: 'TIME', help: 'of the pod of that name that lived then, instead of the latest' },
      ...output(['text', 'json', 'svg']),
      ...watch,
    },
    notes: `POD is a name, NAMESPACE/NAME, or KIND/NAME for a workload. ${TIME_NOTE}`,
    examples: ['timeline web-7d4b9c-x2x1p -n shop', 'timeline db-0 --at 2026-01-31 -o svg > db-0.svg'],
  },
  workload: {
    summary: 'the timeline of a workload across all of its pods',
    args: ['KIND/NAME'],
    completes: ['workload'],
    options: { ...cluster, ...namespace, ...output(['text', 'json', 'svg']), ...watch },
    notes: 'KIND may be as short as kubectl takes it: deploy, sts, ds, job, cj, rs, po.',
    examples: ['workload deploy/web -n shop'],
  },
  node: {
    summary: 'what befell the containers of a node',
    args: ['NODE'],
    completes: ['node'],
    options: {
      cluster: cluster.cluster,
      context: cluster.context,
      kubeconfig: cluster.kubeconfig,
      since: { value: 'TIME', help: 'nothing that was over before' },
      ...output(['text', 'json']),
      ...watch,
    },
    examples: ['node worker-2 --since 24h'],
  },
  restarts: {
    summary: 'restarts, newest first',
    args: [],
    options: {
      ...cluster,
      ...allNamespaces,
      'all-clusters': { help: 'of all clusters (and namespaces) that the token may read' },
      since: { value: 'TIME', help: 'from when (24h if not given)' },
      until: { value: 'TIME', help: 'up to when (now if not given)' },
      cause: { value: 'CAUSE', choices: CAUSES, help: 'only of this cause, such as oom-killed' },
      workload: { value: 'KIND/NAME', completes: 'workload', help: 'only of this workload' },
      container: { value: 'NAME', help: 'only of containers of this name' },
      counted: { help: 'only those that Kubernetes counted' },
      uncounted: { help: 'only those that Kubernetes did not count' },
      'exit-code': { help: 'exit with 10 if there are any' },
      ...limit,
      ...output(['table', 'wide', 'json']),
      ...watch,
    },
    notes: TIME_NOTE,
    examples: [
      'restarts --since 24h --cause oom-killed',
      'restarts --all-clusters --uncounted --since 7d -o wide',
    ],
  },
  report: {
    summary: 'restarts counted across clusters',
    args: [],
    options: {
      by: { value: 'LIST', help: `by what: some of ${DIMENSIONS.join(',')} (cluster if not given)` },
      interval: {
        value: 'INTERVAL',
        choices: ['hour', 'day', 'week', 'month'],
        help: 'each piece of the time by itself',
      },
      from: { value: 'TIME', help: 'from when (30 days ago if not given)' },
      to: { value: 'TIME', help: 'up to when (now if not given)' },
      since: { value: 'TIME', help: 'the same as --from' },
      cluster: cluster.cluster,
      ...namespace,
      workload: { value: 'KIND/NAME', completes: 'workload', help: 'only of this workload' },
      container: { value: 'NAME', help: 'only of containers of this name' },
      cause: { value: 'CAUSE', choices: CAUSES, help: 'only of this cause' },
      node: { value: 'NAME', completes: 'node', help: 'only on this node' },
      image: { value: 'NAME', help: 'only of this image' },
      order: { value: 'ORDER', choices: ORDERS, help: 'worst first by this (restarts if not given)' },
      top: { value: 'N', help: 'how many groups (100 if not given); the others are one' },
      compare: { help: 'beside the time of the same length before' },
      causes: { help: 'each figure by cause' },
      'time-zone': { value: 'ZONE', help: 'in which days begin, such as Europe/Berlin (UTC if not given)' },
      ...output(['table', 'json', 'csv', 'ndjson']),
    },
    notes: TIME_NOTE,
    examples: [
      'report --by cluster,cause --interval week --from 2026-01-01 -o csv',
      'report --by workload --order harm --top 10',
    ],
  },
  clusters: {
    summary: 'the clusters, and how well they are watched',
    args: [],
    options: { ...output(['table', 'json']), ...watch },
  },
  'token make': {
    summary: 'make a token; it is shown this once',
    args: [],
    options: {
      agent: { value: 'CLUSTER', completes: 'cluster', help: 'for the agents of a cluster' },
      reader: {
        value: 'CLUSTERS',
        completes: 'cluster',
        help: "for reading these, with commas; '*' for all",
      },
      admin: { help: 'for these commands' },
      description: { value: 'TEXT', help: 'what it is for' },
      'expires-at': { value: 'TIME', help: 'when it ends' },
      ...output(['table', 'json']),
    },
    notes: 'Standard output has the token alone; what is known of it goes to standard error.',
    examples: ["token make --reader '*' --description grafana > token"],
  },
  'token list': {
    summary: 'all tokens, without their texts',
    args: [],
    options: { ...output(['table', 'json']) },
  },
  'token rotate': {
    summary: 'make a token that takes over from another',
    args: ['ID'],
    options: {
      'overlap-seconds': { value: 'N', help: 'how long the other goes on (a day if not given)' },
      ...output(['table', 'json']),
    },
  },
  'token revoke': {
    summary: 'revoke a token',
    args: ['ID'],
    options: { ...output(['table', 'json']) },
  },
  replay: {
    summary: 'send a recording to the API',
    args: ['RECORDING'],
    completes: ['file'],
    options: {
      cluster: { value: 'NAME', help: 'the cluster to replay it as; needed' },
      speed: { value: 'N|max', help: 'how many times faster than it was (max if not given)' },
    },
    examples: ['replay restarts.ndjson.gz --cluster copy'],
  },
  open: {
    summary: 'open the page in a browser',
    args: ['[POD]'],
    completes: ['pod'],
    options: { ...cluster, ...namespace, print: { help: 'only print the address' } },
  },
  completion: {
    summary: 'the completion for a shell',
    args: ['SHELL'],
    completes: [['bash', 'zsh', 'fish']],
    options: {},
    notes: `bash: source <(podlapse completion bash)
zsh:  source <(podlapse completion zsh)
fish: podlapse completion fish | source`,
  },
} as const satisfies Readonly<Record<string, CommandSpec>>;

export type CommandName = keyof typeof COMMANDS;
