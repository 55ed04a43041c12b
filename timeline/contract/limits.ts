/**
 * Bounds of the contract. Each one is stated once here, enforced by the schemas and the API, and named in the
 * refusal. They bound what a hostile or broken sender can make us store, and are wide for honest ones.
 */
export const LIMITS = {
  /** Bytes of one request body as sent. Lambda carries 6 MB at most, base64 included. */
  bodyBytes: 4 * 1024 * 1024,
  /** Bytes of one request body after decompression: a zip bomb stops here. */
  inflatedBodyBytes: 16 * 1024 * 1024,
  /** Events in one batch. */
  eventsPerBatch: 5_000,
  /** Bytes of one event as JSON. A pod of 110 containers with whole statuses stays well below. */
  eventBytes: 128 * 1024,
  /** Nesting of one event as JSON; the schemas need 7. */
  eventDepth: 16,
  /** Kubernetes object names (RFC 1123 subdomain). */
  nameLength: 253,
  /** Label values are 63 long, annotations on the allow-list are hashes; reasons are CamelCase words. */
  labelLength: 253,
  /** An image reference with registry, path, tag and digest. */
  imageLength: 1024,
  /** A Kubernetes Event message after trimming; the API server allows 1,024. */
  messageLength: 1024,
  /** Containers of one pod, of all kinds. */
  containersPerPod: 256,
  /** Labels and annotations that pass the allow-list. */
  labelsPerPod: 32,
  /** Characters of a program's name as the kernel keeps it (`TASK_COMM_LEN`), of which it cuts off the rest. */
  programLength: 15,
  /** Signals that are told of one end. */
  signalsPerEnd: 16,
  /** Lines of the log of one run. */
  logLines: 100,
  /** Characters of all these lines together. */
  logLength: 32 * 1024,
} as const;
