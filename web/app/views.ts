import type { ComponentType } from 'preact';
import type { ViewName } from './view-paths.ts';
import type { ViewProps } from './view-props.ts';

export interface View {
  /** Stands in the tab's title until the view sets its own (`useTitle`). */
  readonly title: string;
  readonly load: () => Promise<ComponentType<ViewProps>>;
}

/** Each view is a file of its own, fetched when it is first looked at. */
export const VIEWS: Readonly<Record<ViewName, View>> = {
  overview: {
    title: 'Overview',
    load: async () => (await import('../overview/overview-view.tsx')).OverviewView,
  },
  pod: { title: 'Pod', load: async () => (await import('../pod/pod-view.tsx')).PodView },
  workload: {
    title: 'Workload',
    load: async () => (await import('../workload/workload-view.tsx')).WorkloadView,
  },
  node: { title: 'Node', load: async () => (await import('../node/node-view.tsx')).NodeView },
  report: { title: 'Report', load: async () => (await import('../reports/report-view.tsx')).ReportView },
};
