import { renderWorkloadText } from '../../timeline/render/workload-text.ts';
import * as reads from '../client/reads.ts';
import type { Values } from '../command-line/spec.ts';
import { readWorkloadName } from '../command-line/workload-name.ts';
import type { CommandContext } from '../context.ts';
import { showDocument } from '../document.ts';
import { EXIT, NothingFoundError } from '../failure.ts';
import { clusterOf, orNearby } from '../missing.ts';
import { readScope, type Scope } from '../settings/scope.ts';
import { paintTimeline } from '../terminal/paint.ts';
import { printable } from '../terminal/text-width.ts';
import type { COMMANDS } from './specs.ts';

/** `podlapse workload KIND/NAME` */
export async function workload(
  context: CommandContext,
  values: Values<typeof COMMANDS.workload.options>,
  [text = '']: readonly string[],
): Promise<number> {
  const { kind, name } = readWorkloadName(text);
  const scope = await readScope(values, context.settings, context.around);
  const cluster = await clusterOf(context, scope);
  const namespace = scope.namespace ?? (await namespaceOf(context, cluster, `${kind}/${name}`, scope));
  const place = { cluster, namespace, kind, name };
  const { look } = context;
  const showing =
    values.output === 'svg'
      ? showDocument(context, reads.workloadTimelineSvg(place), values, (svg) => svg)
      : showDocument(context, reads.workloadTimeline(place), values, (account) =>
          paintTimeline(renderWorkloadText(account, look.width), look.style),
        );
  await orNearby(context, { cluster, scope, namespace, name: `${kind}/${name}` }, showing);
  return EXIT.done;
}

async function namespaceOf(
  context: CommandContext,
  cluster: string,
  name: string,
  scope: Scope,
): Promise<string> {
  const { items } = await context.client.read(reads.pods(cluster, { workload: name, limit: 100 }));
  const namespaces = [...new Set(items.map(({ pod }) => pod.namespace))];
  if (namespaces.length <= 1) return namespaces[0] ?? scope.namespace ?? 'default';
  throw new NothingFoundError(
    `There is ${printable(name)} in several namespaces; say one with -n: ${namespaces.map(printable).join(', ')}.`,
  );
}
