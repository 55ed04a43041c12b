import type { Gap } from '../../timeline/contract/timeline.ts';
import { formatMoment, plainText } from '../../timeline/render/plain-text.ts';
import { Name } from '../app/controls/name.tsx';

/** What was not watched, and when: something may have been missed there. */
export function Gaps({ gaps }: { readonly gaps: readonly Gap[] }) {
  return (
    <section class="card" aria-labelledby="gaps">
      <h2 id="gaps">Not recorded</h2>
      <ul class="gap-list">
        {gaps.map(({ source, from, to, reason }) => (
          <li key={`${source} ${from}`}>
            <b>{source}</b>{' '}
            <span class="time">{from === null ? 'from before anything is known' : formatMoment(from)}</span>{' '}
            to <span class="time">{to === null ? 'now' : formatMoment(to)}</span>:{' '}
            <Name>{plainText(reason)}</Name>
          </li>
        ))}
      </ul>
    </section>
  );
}
