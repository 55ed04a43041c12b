import { renderText } from '../../timeline/render/text.ts';
import * as reads from '../client/reads.ts';
import { readMoment } from '../command-line/moments.ts';
import { UsageError, type Values } from '../command-line/spec.ts';
import { knownKind } from '../command-line/workload-name.ts';
import type { CommandContext } from '../context.ts';
import { showDocument } from '../document.ts';
import { EXIT, NothingFoundError } from '../failure.ts';
import { clusterOf, orNearby } from '../missing.ts';
import { readScope, type Scope } from '../settings/scope.ts';
import { paintTimeline } from '../terminal/paint.ts';
import { printable } from '../terminal/text-width.ts';
import type { COMMANDS } from './specs.ts';
import { workload } from './workload.ts';

/** `podlapse timeline POD` */
export async function timeline(
  context: CommandContext,
  values: Values<typeof COMMANDS.timeline.options>,
  [pod = '']: readonly string[],
): Promise<number> {
  const slash = pod.indexOf('/');
  const first = pod.slice(0, Math.max(0, slash));
  const kind = knownKind(first);
  if (kind !== undefined && kind !== 'Pod') {
    if (values.at !== undefined)
      throw new UsageError('--at is of pods; a workload is shown with all of them.');
    return workload(context, values, [pod]);
  }
  const inName = kind === undefined && slash > 0 ? first : undefined;
  if (inName !== undefined && values.namespace !== undefined && values.namespace !== inName)
    throw new UsageError(`${pod} names another namespace than --namespace ${values.namespace}.`);
  const scope = await readScope(
    inName === undefined ? values : { ...values, namespace: inName },
    context.settings,
    context.around,
  );
  const cluster = await clusterOf(context, scope);
  const name = pod.slice(slash + 1);
  const namespace = scope.namespace ?? (await namespaceOf(context, cluster, name, scope));
  const at = values.at === undefined ? undefined : readMoment(values.at, 'at', context.around.clock());
  const place = { cluster, namespace, name };
  const { look } = context;
  const showing =
    values.output === 'svg'
      ? showDocument(context, reads.namedTimelineSvg(place, { at }), values, (svg) => svg)
      : showDocument(context, reads.namedTimeline(place, { at }), values, (account) =>
          paintTimeline(renderText(account, look.width), look.style),
        );
  await orNearby(context, { cluster, scope, namespace, name }, showing);
  return EXIT.done;
}

/** The namespace of a pod of which only the name is known. @throws NothingFoundError if there is none, or several */
export async function namespaceOf(
  context: CommandContext,
  cluster: string,
  name: string,
  scope: Scope,
): Promise<string> {
  const { items } = await context.client.read(reads.pods(cluster, { name, limit: 100 }));
  const namespaces = [...new Set(items.map(({ pod }) => pod.namespace))];
  const [only] = namespaces;
  if (only === undefined) {
    const reading = context.client.read(reads.namedTimeline({ cluster, namespace: 'default', name }));
    await orNearby(context, { cluster, scope, namespace: undefined, name }, reading);
    return 'default';
  }
  if (namespaces.length === 1) return only;
  throw new NothingFoundError(
    `There are pods ${printable(name)} in several namespaces; say one with -n: ${namespaces.map(printable).join(', ')}.`,
  );
}
