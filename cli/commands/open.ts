import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { queryText } from '../client/queries.ts';
import type { Values } from '../command-line/spec.ts';
import { type CommandContext, note, print } from '../context.ts';
import { EXIT } from '../failure.ts';
import { clusterOf } from '../missing.ts';
import { readScope } from '../settings/scope.ts';
import type { COMMANDS } from './specs.ts';
import { namespaceOf } from './timeline.ts';

/** `podlapse open [POD]`: the page, or a pod on it. */
export async function open(
  context: CommandContext,
  values: Values<typeof COMMANDS.open.options>,
  [pod]: readonly string[],
): Promise<number> {
  const url = await addressOf(context, values, pod);
  print(context, url);
  if (values.print === true) return EXIT.done;
  const [command, ...args] = openerOf(context.around.platform);
  const browser = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  try {
    await once(browser, 'spawn');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    note(context, `No browser could be opened (${reason}): open the address yourself.`);
    return EXIT.fault;
  }
  browser.unref();
  return EXIT.done;
}

async function addressOf(
  context: CommandContext,
  values: Values<typeof COMMANDS.open.options>,
  pod: string | undefined,
): Promise<string> {
  const { api } = context.settings;
  const base = api.href.replace(/\/$/, '');
  if (pod === undefined) return `${base}/`;
  const scope = await readScope(values, context.settings, context.around);
  const cluster = await clusterOf(context, scope);
  const namespace = scope.namespace ?? (await namespaceOf(context, cluster, pod, scope));
  return `${base}/pod${queryText({ cluster, namespace, name: pod })}`;
}

/** What opens an address on this system. */
function openerOf(platform: string): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return ['xdg-open'];
}
