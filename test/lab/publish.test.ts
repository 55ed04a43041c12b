import { describe, expect, it } from 'vitest';
import { isOf, scrub } from './stage/publish.ts';

const line = (source: string, raw: unknown) =>
  JSON.stringify({ at: '2026-03-01T10:00:00.000Z', source, raw });
const podFrame = (namespace: string) =>
  line('pod', { type: 'ADDED', object: { metadata: { namespace, name: 'web' } } });
const eventAbout = (involvedObject: unknown) => line('event', { type: 'ADDED', object: { involvedObject } });
const dockerEvent = (attributes: unknown) =>
  line('docker', { Action: 'die', Actor: { ID: 'abc', Attributes: attributes } });
const criSaying = (labels: unknown) =>
  line('cri', { topic: '/tasks/start', container: { id: 'abc', labels } });

describe('what of a recording is published with a scenario', () => {
  it.each([
    ['a pod of its namespace', podFrame('sidecar'), true],
    ['a pod of another namespace', podFrame('kube-system'), false],
    ['an Event about a pod of its namespace', eventAbout({ kind: 'Pod', namespace: 'sidecar' }), true],
    ['an Event about a pod of another one', eventAbout({ kind: 'Pod', namespace: 'exit-0' }), false],
    ['an Event about the node', eventAbout({ kind: 'Node', name: 'lab-node' }), true],
    ['its container', dockerEvent({ 'io.kubernetes.pod.namespace': 'sidecar' }), true],
    ["another scenario's container", dockerEvent({ 'io.kubernetes.pod.namespace': 'exit-0' }), false],
    ['its container of containerd', criSaying({ 'io.kubernetes.pod.namespace': 'sidecar' }), true],
    [
      "another scenario's container of containerd",
      criSaying({ 'io.kubernetes.pod.namespace': 'exit-0' }),
      false,
    ],
    ['a container of no pod', dockerEvent({ name: 'db' }), false],
    ["the recorder's statements", line('agent', { type: 'recording-began', watched: 'pod' }), true],
  ])('%s: kept or left out', (_what, text, isKept) => {
    expect(isOf('sidecar', text)).toBe(isKept);
  });

  it('a look at a container is judged by its labels', () => {
    const labels = { 'io.kubernetes.pod.namespace': 'sidecar' };
    const inspect = line('docker', { Action: 'inspect', inspect: { Config: { Labels: labels } } });
    expect(isOf('sidecar', inspect)).toBe(true);
    expect(isOf('exit-0', inspect)).toBe(false);
  });

  it("the machine's name and the lab's folder are told as the lab's", () => {
    const text = '{"Hostname":"build-7","path":"/tmp/lab-1/pods/x","image":"build-7/web"}';
    expect(scrub(text, { folder: '/tmp/lab-1', nodeName: 'lab-node' }, 'build-7')).toBe(
      '{"Hostname":"lab-node","path":"/lab/pods/x","image":"build-7/web"}',
    );
  });
});
