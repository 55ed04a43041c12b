import { sayMoment } from './say-bin.ts';
import { type Bin, totalOf } from './stack.ts';

/** What a chart of bins shows, as a table; bins of nothing are left out. */
export function BinTable({
  bins,
  keys,
}: {
  readonly bins: readonly Bin[];
  readonly keys: readonly string[];
}) {
  const filled = bins.filter((bin) => totalOf(bin) > 0);
  return (
    <details class="as-table">
      <summary>The chart as a table</summary>
      <div class="wide" role="region" aria-label="The chart as a table" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">From (UTC)</th>
              <th scope="col">To</th>
              {keys.map((key) => (
                <th key={key} scope="col" class="number">
                  <bdi>{key}</bdi>
                </th>
              ))}
              <th scope="col" class="number">
                All
              </th>
            </tr>
          </thead>
          <tbody>
            {filled.map((bin) => (
              <tr key={bin.fromMs}>
                <th scope="row">{sayMoment(bin.fromMs)}</th>
                <td>{sayMoment(bin.toMs)}</td>
                {keys.map((key) => (
                  <td key={key} class="number">
                    {bin.counts.get(key) ?? 0}
                  </td>
                ))}
                <td class="number">{totalOf(bin)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
