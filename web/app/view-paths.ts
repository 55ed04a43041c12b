/** The page's views and their paths, which the API answers with the page. What a view shows stands in the query. */
export const VIEW_PATHS = {
  overview: '/',
  pod: '/pod',
  workload: '/workload',
  node: '/node',
  report: '/report',
} as const;
export type ViewName = keyof typeof VIEW_PATHS;
