import type { IncidentKind } from '../../timeline/contract/incident.ts';
import { CAUSE_LOOKS } from '../../timeline/render/cause-palette.ts';
import type { Look } from '../chart/look.ts';

/** An incident that is the cause of its restarts looks as that cause does. */
export const INCIDENT_LOOKS: Readonly<Record<IncidentKind, Look>> = {
  'node-rebooted': CAUSE_LOOKS['node-rebooted'],
  'runtime-restarted': CAUSE_LOOKS['runtime-restarted'],
  'kubelet-restarted': CAUSE_LOOKS['kubelet-restarted'],
  'node-pressure': CAUSE_LOOKS['oom-killed'],
  'mass-kill': CAUSE_LOOKS['killed-externally'],
};
