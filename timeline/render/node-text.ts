import type { Incident, IncidentMember, NodePod, NodeRestart, NodeTimeline } from '../contract/incident.ts';
import { formatDuration } from '../time.ts';
import { formatMoment, plainText } from './plain-text.ts';
import { layTable, wrap } from './table.ts';
import { renderGaps, TEXT_WIDTH } from './text.ts';

/** Of each incident so many members are named; the JSON has all. */
const MEMBERS_NAMED = 12;

/**
 * A node's account as text for a terminal or a chat, in the manner of a pod's. Times are UTC.
 *
 * @param width of the lines that are sentences
 */
export function renderNodeText(account: NodeTimeline, width = TEXT_WIDTH): string {
  const { cluster, node, incidents, restarts, gaps } = account;
  const lines = [
    `node ${plainText(node)}  cluster ${cluster}`,
    '',
    sumUpNode(account),
    ...incidents.flatMap((incident) => renderIncident(incident, width)),
    ...renderRestarts(restarts),
    ...renderGaps(gaps),
  ];
  return `${lines.join('\n')}\n`;
}

function sumUpNode({ incidents, restarts, gaps }: NodeTimeline): string {
  const inIncidents = incidents.reduce((sum, { members }) => sum + members.length, 0);
  const parts = [
    incidents.length === 0
      ? 'no incidents'
      : `${many(incidents.length, 'incident')} of ${many(inIncidents, 'container or pod', 'containers and pods')}`,
    restarts.length === 0 ? 'no other restarts' : many(restarts.length, 'other restart'),
  ];
  if (gaps.length > 0) parts.push('record INCOMPLETE: see the gaps, there may be more');
  return parts.join(', ');
}

function renderIncident({ kind, from, to, explanation, members }: Incident, width: number): string[] {
  const named = members.slice(0, MEMBERS_NAMED).map(sayMember).join(', ');
  const more = members.length > MEMBERS_NAMED ? `, and ${members.length - MEMBERS_NAMED} more` : '';
  return [
    '',
    `${kind.toUpperCase()}  ${formatMoment(from)} to ${formatMoment(to)}`,
    ...wrap(plainText(explanation), width, '   '),
    ...wrap(`${named}${more}`, width, '   '),
  ];
}

function sayMember({ pod, container }: IncidentMember): string {
  return `${sayPod(pod)}${container === null ? '' : `[${plainText(container)}]`}`;
}

function renderRestarts(restarts: readonly NodeRestart[]): string[] {
  if (restarts.length === 0) return [];
  const [heading = '', ...rows] = layTable([
    ['RESTARTED (UTC)', 'POD', 'CONTAINER', 'CAUSE', 'COUNTED', 'DOWN'],
    ...restarts.map(({ at, pod, container, cause, counted, downtimeMs, to }) => [
      at === null ? 'not seen' : formatMoment(at),
      sayPod(pod),
      plainText(container),
      cause,
      // A container of Docker alone is its own pod, and nobody counts.
      counted ? 'yes' : pod.uid === to ? '-' : 'NO',
      downtimeMs === null ? 'not seen' : formatDuration(downtimeMs),
    ]),
  ]);
  return ['', heading, ...rows];
}

function sayPod({ namespace, name }: NodePod): string {
  return `${plainText(namespace)}/${plainText(name)}`;
}

function many(count: number, thing: string, things = `${thing}s`): string {
  return `${count} ${count === 1 ? thing : things}`;
}
