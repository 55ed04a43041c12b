import { renderNodeText } from '../../timeline/render/node-text.ts';
import * as reads from '../client/reads.ts';
import { readMoment } from '../command-line/moments.ts';
import type { Values } from '../command-line/spec.ts';
import { type CommandContext, note } from '../context.ts';
import { showDocument } from '../document.ts';
import { EXIT } from '../failure.ts';
import { clusterOf, orNearby } from '../missing.ts';
import { readScope } from '../settings/scope.ts';
import { paintTimeline } from '../terminal/paint.ts';
import type { COMMANDS } from './specs.ts';

/** `podlapse node NODE` */
export async function node(
  context: CommandContext,
  values: Values<typeof COMMANDS.node.options>,
  [name = '']: readonly string[],
): Promise<number> {
  const scope = await readScope(values, context.settings, context.around);
  const cluster = await clusterOf(context, scope);
  const since =
    values.since === undefined ? undefined : readMoment(values.since, 'since', context.around.clock());
  const { look } = context;
  const showing = showDocument(
    context,
    reads.nodeTimeline({ cluster, node: name }, { since }),
    values,
    (account) => {
      if (account.next !== null || account.leftOut.incidents + account.leftOut.restarts > 0)
        note(context, 'This is of the newest pods alone; narrow it with --since.');
      return paintTimeline(renderNodeText(account, look.width), look.style);
    },
  );
  await orNearby(context, { cluster, scope, namespace: undefined, name }, showing);
  return EXIT.done;
}
