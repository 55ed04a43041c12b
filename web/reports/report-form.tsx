import { useId } from 'preact/hooks';
import type { Dimension } from '../../timeline/contract/report.ts';
import type { Span } from '../../timeline/reports/calendar.ts';
import { setParams } from '../app/place.ts';
import {
  DIMENSION_WORDS,
  INTERVAL_WORDS,
  intervalsFor,
  ORDER_WORDS,
  type ReportChoice,
  toggle,
} from './report-choice.ts';

/** Picks what a report is by, in what pieces, in which order; all of it goes into the URL. */
export function ReportForm({ choice, span }: { readonly choice: ReportChoice; readonly span: Span }) {
  const id = useId();
  const { by, interval, order, compares } = choice;
  const set = (name: string, value: string) =>
    setParams({ [name]: value === '' ? undefined : value }, { keep: true });
  return (
    <form class="filters" aria-label="Report" onSubmit={(event) => event.preventDefault()}>
      <fieldset class="field">
        <legend class="label">Group by, in the order chosen</legend>
        <div class="segments">
          {(Object.keys(DIMENSION_WORDS) as Dimension[]).map((dimension) => (
            <button
              key={dimension}
              type="button"
              aria-pressed={by.includes(dimension)}
              onClick={() => set('by', toggle(by, dimension).join(','))}
            >
              {DIMENSION_WORDS[dimension]}
              {by.length > 1 && by.includes(dimension) && <sup>{by.indexOf(dimension) + 1}</sup>}
            </button>
          ))}
        </div>
      </fieldset>
      <span class="field">
        <label for={`${id}-interval`}>In pieces of</label>
        <select
          id={`${id}-interval`}
          value={interval ?? ''}
          onChange={(event) => set('interval', event.currentTarget.value)}
        >
          <option value="">the whole time</option>
          {intervalsFor(span).map((name) => (
            <option key={name} value={name}>
              {INTERVAL_WORDS[name]}
            </option>
          ))}
        </select>
      </span>
      <span class="field">
        <label for={`${id}-order`}>Worst by</label>
        <select
          id={`${id}-order`}
          value={order}
          onChange={(event) => set('order', event.currentTarget.value)}
        >
          {Object.entries(ORDER_WORDS).map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </span>
      <label class="check">
        <input
          type="checkbox"
          checked={compares}
          onChange={(event) => set('compare', event.currentTarget.checked ? '' : 'no')}
        />{' '}
        Compare with the time before
      </label>
    </form>
  );
}
