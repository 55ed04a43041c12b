/**
 * What events look like before their content is known: the text that deflate may refer back to, so that a pack of a few
 * events need not carry the words of the contract itself. The most common stands last, where references are short.
 *
 * Packs of version 1 cannot be read without exactly these bytes. To better them, add a second dictionary and a
 * second version; never change this one.
 */
export const PACK_DICTIONARY = Buffer.from(
  [
    '{"id":"agent/","source":"agent","type":"recording-began","occurredAt":"2026-01-01T00:00:00.000Z","ob' +
      'servedAt":"2026-01-01T00:00:00.000Z","agent":{"instance":"","node":"node-1","role":"node","version":' +
      '"0.1.0"},"sequence":0,"watched":"docker","from":"2026-01-01T00:00:00.000Z","to":"2026-01-01T00:00:00' +
      '.000Z","reason":"agent-restarted","dropped":0},"type":"gap-opened","type":"gap-closed","type":"event' +
      's-dropped","role":"cluster","role":"all"},"watched":"pod","watched":"event","watched":"cri"',
    '"type":"VANISHED","type":"LISTED","type":"DELETED","reason":"Evicted","reason":"NodeLost","deletionT' +
      'imestamp":"2026-01-01T00:00:00Z","deletionGracePeriodSeconds":30',
    '"reason":"NodeNotReady","reason":"NodeReady","reason":"Rebooted","reason":"Starting","reason":"Sched' +
      'uled","component":"default-scheduler","reason":"SandboxChanged","message":"Pod sandbox changed, it w' +
      'ill be killed and re-created.","reason":"FailedCreatePodSandBox","reason":"FailedMount","reason":"Un' +
      'healthy","message":"Liveness probe failed","message":"Readiness probe failed","message":"Startup pro' +
      'be failed","eventType":"Warning","reason":"BackOff","message":"Back-off restarting failed container"' +
      ',"reason":"Killing","message":"Stopping container","reason":"Preempted","reason":"Pulling","reason":' +
      '"Failed","containerd","cri-o"',
    '{"id":"docker/","source":"docker","action":"inspect","occurredAt":"2026-01-01T00:00:00.000000000Z","' +
      'state":{"status":"running","createdAt":"2026-01-01T00:00:00.000000000Z","startedAt":"2026-01-01T00:0' +
      '0:00.000000000Z","finishedAt":"2026-01-01T00:00:00.000000000Z","exitCode":0,"oomKilled":false,"resta' +
      'rtCount":0}},"action":"pause","action":"unpause","action":"restart","action":"health_status","health' +
      '":"healthy","health":"unhealthy","action":"oom","action":"stop","action":"destroy","action":"kill","' +
      'signal":15,"signal":9',
    '{"id":"pod/","source":"pod","type":"ADDED","occurredAt":"2026-01-01T00:00:00Z","observedAt":"2026-01' +
      '-01T00:00:00.000Z","pod":{"namespace":"default","name":"web-","uid":"","node":"node-1"},"resourceVer' +
      'sion":"1000000","row":{"phase":"Pending","ready":"0/1","status":"ContainerCreating","restarts":0},"m' +
      'etadata":{"createdAt":"2026-01-01T00:00:00Z","generation":1,"ownerReferences":[{"kind":"ReplicaSet",' +
      '"name":"web-","uid":"","controller":true}],"labels":{"app":"web","app.kubernetes.io/name":"web","app' +
      '.kubernetes.io/instance":"web","app.kubernetes.io/component":"","controller-revision-hash":"","state' +
      'fulset.kubernetes.io/pod-name":"","job-name":"","pod-template-hash":""},"annotations":{}},"spec":{"n' +
      'odeName":"node-1","restartPolicy":"Always","terminationGracePeriodSeconds":30,"priority":0,"containe' +
      'rs":[{"name":"web","kind":"app","image":"registry.k8s.io/"},{"name":"web","kind":"init"},{"name":"we' +
      'b","kind":"sidecar","restartPolicy":"Always"}]},"status":{"phase":"Pending","reason":"","startTime":' +
      '"2026-01-01T00:00:00Z","qosClass":"BestEffort","qosClass":"Burstable","qosClass":"Guaranteed","condi' +
      'tions":[{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"},{"type":' +
      '"Initialized","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"},{"type":"PodReadyToStartC' +
      'ontainers","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"},{"type":"DisruptionTarget"}]' +
      '}}',
    '"kind":"DaemonSet","kind":"StatefulSet","kind":"Job","kind":"init","kind":"sidecar","kind":"ephemera' +
      'l","restartPolicy":"OnFailure","restartPolicy":"Never","phase":"Succeeded","phase":"Failed","status"' +
      ':"Completed","status":"Terminating","status":"Init:0/1","status":"PodInitializing","status":"RunCont' +
      'ainerError","status":"ImagePullBackOff","status":"ErrImagePull","reason":"ContainerStatusUnknown","r' +
      'eason":"ContainerCannotRun"',
    '{"id":"docker/","source":"docker","action":"create","occurredAt":"2026-01-01T00:00:00.000000000Z","o' +
      'bservedAt":"2026-01-01T00:00:00.000Z","timeNano":"1767225600000000000","pod":{"namespace":"default",' +
      '"name":"web-","uid":"","node":"node-1"},"role":"sandbox","container":"POD","containerId":"","attempt' +
      '":0,"image":"registry.k8s.io/pause:3.10"}',
    '{"id":"docker/","source":"docker","action":"die","occurredAt":"2026-01-01T00:00:00.000000000Z","obse' +
      'rvedAt":"2026-01-01T00:00:00.000Z","timeNano":"1767225600000000000","pod":{"namespace":"default","na' +
      'me":"web-","uid":"","node":"node-1"},"role":"container","container":"web","containerId":"","sandboxI' +
      'd":"","attempt":1,"image":"docker.io/library/","exitCode":137,"executionMs":1000},{"id":"docker/","s' +
      'ource":"docker","action":"start","occurredAt":"2026-01-01T00:00:00.000000000Z","observedAt":"2026-01' +
      '-01T00:00:00.000Z","timeNano":"1767225600000000000","pod":{"namespace":"default","name":"web-","uid"' +
      ':"","node":"node-1"},"role":"container","container":"web","containerId":"',
    '{"id":"event/","source":"event","type":"ADDED","occurredAt":"2026-01-01T00:00:00Z","observedAt":"202' +
      '6-01-01T00:00:00.000Z","pod":{"namespace":"default","name":"web-","uid":"","node":"node-1"},"uid":""' +
      ',"resourceVersion":"1000000","container":"web","reason":"Pulled","eventType":"Normal","message":"Con' +
      'tainer image already present on machine","count":1,"firstAt":"2026-01-01T00:00:00Z","component":"kub' +
      'elet"},"reason":"Created","eventType":"Normal","count":1,"reason":"Started","eventType":"Normal"',
    '{"id":"pod/","source":"pod","type":"MODIFIED","occurredAt":"2026-01-01T00:00:00Z","observedAt":"2026' +
      '-01-01T00:00:00.000Z","pod":{"namespace":"default","name":"web-","uid":"","node":"node-1"},"resource' +
      'Version":"1000000","row":{"phase":"Running","ready":"0/1","status":"CrashLoopBackOff","restarts":1},' +
      '"status":{"conditions":[{"type":"Ready","status":"False","reason":"ContainersNotReady","lastTransiti' +
      'onTime":"2026-01-01T00:00:00Z"},{"type":"ContainersReady","status":"False","reason":"ContainersNotRe' +
      'ady","lastTransitionTime":"2026-01-01T00:00:00Z"}]},"containerStatuses":[{"name":"web","kind":"app",' +
      '"containerId":"","runtime":"containerd","image":"docker.io/library/","imageId":"docker-pullable://@s' +
      'ha256:","restartCount":1,"ready":false,"started":false,"state":{"waiting":{"reason":"CrashLoopBackOf' +
      'f","backoffMs":10000}},"lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled","startedAt":"2' +
      '026-01-01T00:00:00Z","finishedAt":"2026-01-01T00:00:00Z","containerId":""}}}]},"state":{"terminated"' +
      ':{"exitCode":1,"reason":"Error","startedAt":"2026-01-01T00:00:00Z","finishedAt":"2026-01-01T00:00:00' +
      'Z","containerId":"',
    '{"id":"pod/","source":"pod","type":"MODIFIED","occurredAt":"2026-01-01T00:00:00Z","observedAt":"2026' +
      '-01-01T00:00:00.000Z","pod":{"namespace":"default","name":"web-","uid":"","node":"node-1"},"resource' +
      'Version":"1000000","row":{"phase":"Running","ready":"1/1","status":"Running","restarts":0},"status":' +
      '{"phase":"Running","conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00' +
      ':00:00Z"},{"type":"ContainersReady","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}]},"' +
      'containerStatuses":[{"name":"web","kind":"app","containerId":"","runtime":"docker","image":"docker.i' +
      'o/library/","imageId":"docker-pullable://@sha256:","restartCount":0,"ready":true,"started":true,"sta' +
      'te":{"running":{"startedAt":"2026-01-01T00:00:00Z"}}}]}',
  ].join(''),
);
