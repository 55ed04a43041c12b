import { useEffect, useRef } from 'preact/hooks';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { LogTail } from '../../timeline/contract/log-event.ts';
import { plainText } from '../../timeline/render/plain-text.ts';
import { sayLog } from '../../timeline/render/text.ts';
import { compareTimes } from '../../timeline/time.ts';
import { Name } from '../app/controls/name.tsx';
import type { Told } from './facts.ts';
import { sayEvent } from './say-event.ts';

/** What is known of the selected, why it is so concluded, and what that rests on, down to the raw events. */
export function Explanation({
  told,
  events,
  areEventsMissing,
  onClose,
  onStep,
}: {
  readonly told: Told;
  readonly events: ReadonlyMap<string, RecordedEvent>;
  /** True while not all events of the pod are there. */
  readonly areEventsMissing: boolean;
  readonly onClose: () => void;
  /** To the restart before or after; undefined where the selected is none. */
  readonly onStep?: ((by: 1 | -1) => void) | undefined;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: 'nearest' });
  }, [told.title]);
  return (
    <section
      class="explanation card"
      aria-label="Explanation"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <div class="explanation-head">
        <h2 ref={heading} tabIndex={-1}>
          <bdi>{told.title}</bdi>
        </h2>
        <span class="toolbar">
          {onStep === undefined ? null : (
            <span class="segments">
              <button type="button" aria-label="Restart before" onClick={() => onStep(-1)}>
                ‹
              </button>
              <button type="button" aria-label="Restart after" onClick={() => onStep(1)}>
                ›
              </button>
            </span>
          )}
          <button type="button" aria-label="Close the explanation" onClick={onClose}>
            ×
          </button>
        </span>
      </div>
      {told.alarm === undefined ? null : <span class="chip alarm">◆ {told.alarm}</span>}
      {told.good === undefined ? null : <span class="chip good">● {told.good}</span>}
      {told.explanation === undefined ? null : (
        <p class="told">
          <bdi>{told.explanation}</bdi>
        </p>
      )}
      <dl class="facts">
        {told.facts.map(([name, value], index) => (
          <div key={index}>
            <dt>{name}</dt>
            <dd>
              <Name>{value}</Name>
            </dd>
          </div>
        ))}
      </dl>
      {told.log === undefined ? null : <Log log={told.log} />}
      {told.evidence === undefined ? null : (
        <Evidence ids={told.evidence} events={events} areEventsMissing={areEventsMissing} />
      )}
      {told.event === undefined ? null : <Raw event={told.event} />}
    </section>
  );
}

function Evidence({
  ids,
  events,
  areEventsMissing,
}: {
  readonly ids: readonly string[];
  readonly events: ReadonlyMap<string, RecordedEvent>;
  readonly areEventsMissing: boolean;
}) {
  const found = ids
    .flatMap((id) => events.get(id) ?? [])
    .sort((a, b) => compareTimes(a.occurredAt, b.occurredAt));
  const elsewhere = ids.filter((id) => !events.has(id));
  return (
    <div class="evidence">
      <h3>Evidence</h3>
      <ol>
        {found.map((event) => (
          <li key={event.id}>
            <details>
              <summary>
                <span class="time mono">{event.occurredAt.slice(11, 23).replace('Z', '')}</span>{' '}
                <Name>{sayEvent(event)}</Name>
              </summary>
              <Raw event={event} />
            </details>
          </li>
        ))}
        {elsewhere.map((id) => (
          <li key={id}>
            <span class="quiet">
              {areEventsMissing ? 'not fetched: ' : 'of the node, its recorder or another pod: '}
            </span>
            <code>
              <bdi>{id}</bdi>
            </code>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** What the container that ended wrote last. */
function Log({ log }: { readonly log: LogTail }) {
  const said = sayLog(log);
  return (
    <div class="evidence">
      <h3>Log</h3>
      <p class="quiet">{said}</p>
      <pre class="raw" tabIndex={0} aria-label="The last lines of the old container">
        <bdi>{log.lines.map((line) => plainText(line.replaceAll('\t', '    '))).join('\n')}</bdi>
      </pre>
    </div>
  );
}

/** An event as it was recorded. */
function Raw({ event }: { readonly event: RecordedEvent }) {
  return (
    <pre class="raw" tabIndex={0} aria-label="The event as recorded">
      <bdi>{JSON.stringify(event, null, 2)}</bdi>
    </pre>
  );
}
