import { useId } from 'preact/hooks';
import { CAUSE_ORDER } from '../../timeline/render/cause-palette.ts';
import { setParams } from '../app/place.ts';
import { countActive, FILTER_NAMES, type Filters } from './filters.ts';

/** Picks which restarts are looked at; all of it goes into the URL. */
export function FilterBar({
  filters,
  clusters,
  hasCounted = true,
}: {
  readonly filters: Filters;
  /** Those to choose from. */
  readonly clusters: readonly string[];
  /** Whether counted and uncounted ones can be told apart here. */
  readonly hasCounted?: boolean;
}) {
  const id = useId();
  const set = (name: string, value: string) =>
    setParams({ [name]: value.trim() === '' ? undefined : value.trim() }, { keep: true });
  const known = filters.cluster === undefined || clusters.includes(filters.cluster);
  return (
    <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <Choice
        id={`${id}-cluster`}
        label="Cluster"
        value={filters.cluster}
        options={[...(known ? [] : [filters.cluster ?? '']), ...clusters].map((name) => [name, name])}
        pick={(value) => set('cluster', value)}
      />
      <Text
        id={`${id}-namespace`}
        label="Namespace"
        value={filters.namespace}
        pick={(value) => set('namespace', value)}
      />
      <Text
        id={`${id}-workload`}
        label="Workload"
        value={filters.workload}
        placeholder="Deployment/web"
        pattern="[^\/]+\/.+"
        pick={(value) => set('workload', value)}
      />
      {filters.container !== undefined && (
        <Text
          id={`${id}-container`}
          label="Container"
          value={filters.container}
          pick={(value) => set('container', value)}
        />
      )}
      <Choice
        id={`${id}-cause`}
        label="Cause"
        value={filters.cause}
        options={CAUSE_ORDER.map((cause) => [cause, cause])}
        pick={(value) => set('cause', value)}
      />
      {hasCounted && (
        <Choice
          id={`${id}-counted`}
          label="Counted"
          value={filters.counted}
          options={[
            ['true', 'counted'],
            ['false', 'not counted'],
          ]}
          pick={(value) => set('counted', value)}
        />
      )}
      {countActive(filters) > 0 && (
        <button
          type="button"
          onClick={() =>
            setParams(Object.fromEntries(FILTER_NAMES.map((name) => [name, undefined])), { keep: true })
          }
        >
          Clear filters
        </button>
      )}
    </form>
  );
}

function Choice({
  id,
  label,
  value,
  options,
  pick,
}: {
  readonly id: string;
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly pick: (value: string) => void;
}) {
  return (
    <span class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value ?? ''} onChange={(event) => pick(event.currentTarget.value)}>
        <option value="">all</option>
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </span>
  );
}

function Text({
  id,
  label,
  value,
  pick,
  ...more
}: {
  readonly id: string;
  readonly label: string;
  readonly value: string | undefined;
  readonly pick: (value: string) => void;
  readonly placeholder?: string;
  readonly pattern?: string;
}) {
  return (
    <span class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="search"
        value={value ?? ''}
        spellcheck={false}
        autocomplete="off"
        onChange={(event) => {
          if (event.currentTarget.reportValidity()) pick(event.currentTarget.value);
        }}
        {...more}
      />
    </span>
  );
}
