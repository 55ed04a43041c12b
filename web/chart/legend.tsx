import type { Look } from './look.ts';
import { Swatch } from './look-patterns.tsx';

export interface LegendEntry {
  readonly key: string;
  readonly look: Look;
  readonly count: number;
  /** Where a click on it leads. */
  readonly href?: string | undefined;
  /** Whether it alone is shown already, so that the click leads back to all. */
  readonly isCurrent?: boolean;
}

/** What the looks of a chart stand for, and how often each is there. */
export function Legend({
  label,
  entries,
}: {
  readonly label: string;
  readonly entries: readonly LegendEntry[];
}) {
  return (
    <ul class="legend" aria-label={label}>
      {entries.map(({ key, look, count, href, isCurrent = false }) => {
        const content = (
          <>
            <Swatch look={look} />
            <bdi>{key}</bdi> <b>{count}</b>
          </>
        );
        return (
          <li key={key}>
            {href === undefined ? (
              <span>{content}</span>
            ) : (
              <a href={href} aria-current={isCurrent ? 'true' : undefined}>
                {content}
                {isCurrent && ' ×'}
              </a>
            )}
          </li>
        );
      })}
    </ul>
  );
}
