import type { Incident } from '../../timeline/contract/incident.ts';
import { formatMoment, plainText } from '../../timeline/render/plain-text.ts';
import { Name } from '../app/controls/name.tsx';
import { hrefOf } from '../app/place.ts';
import { Swatch } from '../chart/look-patterns.tsx';
import { INCIDENT_LOOKS } from './incident-look.ts';

/** Of each incident so many pods are named at first. */
const MEMBERS_NAMED = 12;

/** What befell many containers of the node at once, newest first, each told once with all that it concerned. */
export function IncidentList({
  cluster,
  incidents,
}: {
  readonly cluster: string;
  readonly incidents: readonly Incident[];
}) {
  return (
    <ol class="incidents">
      {incidents.toReversed().map((incident) => (
        <li key={`${incident.kind} ${incident.from}`}>
          <p>
            <Swatch look={INCIDENT_LOOKS[incident.kind]} /> <b>{incident.kind}</b>{' '}
            <span class="time">{formatMoment(incident.from)}</span> to{' '}
            <span class="time">{formatMoment(incident.to)}</span>
          </p>
          <p class="quiet">{plainText(incident.explanation)}</p>
          <Members cluster={cluster} members={incident.members} />
        </li>
      ))}
    </ol>
  );
}

function Members({ cluster, members }: { readonly cluster: string; readonly members: Incident['members'] }) {
  const list = (some: Incident['members']) => (
    <ul class="members">
      {some.map(({ pod, container, restart }) => (
        <li key={`${pod.uid} ${container} ${restart}`}>
          <a href={hrefOf('pod', { cluster, uid: pod.uid })}>
            <Name>{plainText(`${pod.namespace}/${pod.name}`)}</Name>
          </a>
          {container !== null && (
            <span class="quiet">
              {' '}
              container <Name>{plainText(container)}</Name>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
  const more = members.slice(MEMBERS_NAMED);
  return (
    <>
      {list(members.slice(0, MEMBERS_NAMED))}
      {more.length > 0 && (
        <details>
          <summary>and {more.length} more</summary>
          {list(more)}
        </details>
      )}
    </>
  );
}
