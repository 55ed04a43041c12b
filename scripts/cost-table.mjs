// Prints what a month on AWS costs, as the table in docs/operate.md: `npm run costs`. The units are those of `npm run bench`.
import { monthlyCost } from '../infra/cost/monthly-cost.ts';
import { US_EAST_1 } from '../infra/cost/prices.ts';
import { ASSUMED_USAGE, MEASURED } from '../infra/cost/units.ts';

/** @param {number} usd */
const money = (usd) => (usd < 10 ? usd.toFixed(2) : Math.round(usd).toLocaleString('en-US'));

/** The table as Markdown, a line for each number of clusters. */
export function costTable() {
  const rows = [1, 50, 1000].map((clusters) => {
    const { events, writing, reading, storage, lambda, watching, total } = monthlyCost(
      { ...ASSUMED_USAGE, clusters },
      MEASURED,
      US_EAST_1,
    );
    const millions = `${(events / 1e6).toLocaleString('en-US')} million`;
    return [
      clusters.toLocaleString('en-US'),
      millions,
      ...[writing, reading, storage, lambda, watching].map(money),
      `**${money(total)}**`,
    ];
  });
  const heading = [
    'clusters',
    'events a month',
    'writes',
    'reads',
    'storage',
    'Lambda',
    'logs, traces, alarms',
    'USD a month',
  ];
  return [heading, heading.map(() => '---:'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

if (process.argv[1] === import.meta.filename) console.log(costTable());
