{{- define "podlapse-agent.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "podlapse-agent.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | trunc 63 }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end -}}

{{- define "podlapse-agent.commonLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "podlapse-agent.labels" -}}
{{ include "podlapse-agent.commonLabels" .root }}
app.kubernetes.io/component: {{ .role }}
{{- end -}}

{{- define "podlapse-agent.lease" -}}
{{ include "podlapse-agent.fullname" . }}-leader
{{- end -}}

{{- define "podlapse-agent.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}{{ .repository }}@{{ .digest }}{{- else -}}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{- end -}}
{{- end -}}
{{- end -}}

{{- define "podlapse-agent.priorityClassName" -}}
{{- if .Values.priorityClass.name -}}{{ .Values.priorityClass.name }}
{{- else if .Values.priorityClass.create -}}{{ include "podlapse-agent.fullname" . }}
{{- end -}}
{{- end -}}

{{- define "podlapse-agent.apiPort" -}}
{{- $url := urlParse .Values.api.url -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- default (ternary "80" "443" (eq $url.scheme "http")) $port -}}
{{- end -}}

{{- /* What several values together must be; each one by itself is checked by values.schema.json. */ -}}
{{- define "podlapse-agent.check" -}}
{{- if not .Values.cluster -}}
{{- fail "cluster is missing: give the name under which this cluster records, such as --set cluster=prod-eu-1" -}}
{{- end -}}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$" .Values.cluster) -}}
{{- fail (printf "cluster: %q is no cluster name; give 1 to 63 of a-z, 0-9, - and ., with a letter or digit at both ends" .Values.cluster) -}}
{{- end -}}
{{- if not .Values.api.url -}}
{{- fail "api.url is missing: give the address of the podlapse API, such as --set api.url=https://podlapse.example.com" -}}
{{- end -}}
{{- if not (regexMatch "^https?://[^\\s?#@]+$" .Values.api.url) -}}
{{- fail "api.url: this is no address of an API; give one such as https://podlapse.example.com, without query, fragment or password" -}}
{{- end -}}
{{- if and (eq .Values.auth.mode "secret") (not .Values.auth.secret.name) -}}
{{- fail "auth.secret.name is missing: auth.mode=secret needs the name of a Secret with a token for this cluster" -}}
{{- end -}}
{{- if not (or .Values.node.enabled .Values.clusterWide.enabled) -}}
{{- fail "node.enabled and clusterWide.enabled are both false: nothing would be recorded" -}}
{{- end -}}
{{- end -}}

{{- define "podlapse-agent.podMetadata" -}}
labels:
  {{- include "podlapse-agent.labels" . | nindent 2 }}
  {{- with .root.Values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .root.Values.podAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "podlapse-agent.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
{{- end -}}

{{- /* The environment that both roles share. */ -}}
{{- define "podlapse-agent.environment" -}}
- name: PODLAPSE_CLUSTER
  value: {{ .Values.cluster | quote }}
- name: PODLAPSE_API
  value: {{ .Values.api.url | quote }}
- name: PODLAPSE_TOKEN_FILE
  value: /var/run/secrets/podlapse/token
{{- if .Values.api.ca.configMap }}
- name: PODLAPSE_API_CA_FILE
  value: /etc/podlapse/ca/ca.crt
{{- end }}
- name: PODLAPSE_SPOOL_DIR
  value: /var/lib/podlapse
- name: PODLAPSE_SPOOL_MAX_BYTES
  value: {{ .Values.spool.maxBytes | int64 | quote }}
- name: PODLAPSE_COMPRESSION
  value: {{ .Values.delivery.compression }}
- name: PODLAPSE_DRAIN_SECONDS
  value: {{ .Values.delivery.drainSeconds | int | quote }}
- name: PODLAPSE_METRICS_HOST
  value: {{ "0.0.0.0" | quote }}
- name: PODLAPSE_METRICS_PORT
  value: {{ .Values.metrics.port | int | quote }}
{{- with .Values.proxy }}
{{- if .https }}
- name: HTTPS_PROXY
  value: {{ .https | quote }}
{{- end }}
{{- if .http }}
- name: HTTP_PROXY
  value: {{ .http | quote }}
{{- end }}
{{- if .except }}
- name: NO_PROXY
  value: {{ .except | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "podlapse-agent.mounts" -}}
- name: podlapse-token
  mountPath: /var/run/secrets/podlapse
  readOnly: true
- name: spool
  mountPath: /var/lib/podlapse
{{- if .Values.api.ca.configMap }}
- name: api-ca
  mountPath: /etc/podlapse/ca
  readOnly: true
{{- end }}
{{- end -}}

{{- define "podlapse-agent.volumes" -}}
- name: podlapse-token
{{- if eq .Values.auth.mode "secret" }}
  secret:
    secretName: {{ .Values.auth.secret.name }}
    defaultMode: 0440
    items:
      - key: {{ .Values.auth.secret.key }}
        path: token
{{- else }}
  projected:
    defaultMode: 0440
    sources:
      - serviceAccountToken:
          audience: podlapse
          expirationSeconds: 3600
          path: token
{{- end }}
{{- if .Values.api.ca.configMap }}
- name: api-ca
  configMap:
    name: {{ .Values.api.ca.configMap }}
    items:
      - key: {{ .Values.api.ca.key }}
        path: ca.crt
{{- end }}
{{- end -}}

{{- /* A quarter more than the agent lets wait: segments are removed whole. */ -}}
{{- define "podlapse-agent.emptySpool" -}}
- name: spool
  emptyDir:
    sizeLimit: {{ div (mul (.Values.spool.maxBytes | int64) 5) 4 | quote }}
{{- end -}}

{{- define "podlapse-agent.probes" -}}
livenessProbe:
  httpGet:
    path: /healthz
    port: metrics
  periodSeconds: 20
  timeoutSeconds: 5
readinessProbe:
  httpGet:
    path: /readyz
    port: metrics
  periodSeconds: 10
  timeoutSeconds: 5
startupProbe:
  httpGet:
    path: /healthz
    port: metrics
  periodSeconds: 2
  failureThreshold: 30
{{- end -}}
