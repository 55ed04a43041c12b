import { describe, expect, it } from 'vitest';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { lanesOf } from '../../../timeline/render/pod-lanes.ts';
import { renderSvg } from '../../../timeline/render/svg.ts';
import { recordingOf } from '../../support/recording.ts';

const crashLoop = () => {
  const events = recordingOf('crash-loop');
  const uid = events.flatMap((event) => (event.source === 'pod' ? [event.pod.uid] : []))[0] ?? '';
  const timeline = reconstruct('lab', uid, events);
  if (timeline === undefined) throw new Error('the recording has a pod');
  return timeline;
};

describe('the lanes of a pod', () => {
  it('are what kubectl showed, the sandboxes, and one for each container', () => {
    expect(lanesOf(crashLoop()).map(({ of, name, bars }) => [of, name, bars.length])).toEqual([
      ['status', 'kubectl', 16],
      ['sandboxes', 'sandbox', 1],
      ['container', 'app', 5],
    ]);
  });

  it('have the waits of the kubelet, each between the end of a run and the start that it held back', () => {
    const timeline = crashLoop();
    const { bars, waits } = lanesOf(timeline)[2]!;
    expect(waits.map(({ text }) => text)).toEqual(['back-off 10 s', 'back-off 20 s', 'back-off 40 s']);
    for (const { fromMs, toMs, index } of waits) {
      const { from, to } = timeline.restarts[index]!;
      const barOf = (id: string) => bars.find((bar) => timeline.runs[bar.index]?.containerId === id);
      expect(fromMs).toBeGreaterThanOrEqual(barOf(from)?.toMs ?? Number.NaN);
      expect(toMs).toBe(barOf(to)?.fromMs);
    }
    expect(renderSvg(timeline)).toMatch(/fill="url\(#back-off\)"><title>the kubelet waited 40 s/);
  });

  it('say when a run was ready, where that was seen', () => {
    const timeline = crashLoop();
    const [run, ...others] = timeline.runs;
    const readyAt = '2026-11-24T07:23:23.500Z';
    const bars = lanesOf({
      ...timeline,
      runs: [{ ...run!, readyAt }, ...others.map((one) => ({ ...one, readyAt: null }))],
    })[2]!.bars;
    expect(bars.map(({ readyMs }) => readyMs)).toEqual([Date.parse(readyAt), ...others.map(() => undefined)]);
  });

  it('say of a run whose end was not seen that it is over once another began, or the pod is gone', () => {
    const timeline = crashLoop();
    const unseen = timeline.runs.map((run) => ({ ...run, finishedAt: null, exitCode: null }));
    const { bars } = lanesOf({ ...timeline, runs: unseen })[2]!;
    expect(new Set(bars.map(({ tone }) => tone))).toEqual(new Set(['unknown']));
    expect(bars[0]?.toMs).toBe(bars[1]?.fromMs);
    expect(bars.at(-1)?.toMs).toBe(Date.parse(timeline.pod.deletedAt ?? ''));
    const living = { ...timeline, runs: unseen, pod: { ...timeline.pod, deletedAt: null } };
    expect(lanesOf(living)[2]?.bars.at(-1)).toMatchObject({ tone: 'running', toMs: null });
  });
});
