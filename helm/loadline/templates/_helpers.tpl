{{- define "loadline.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The Service is named after it: no dots, a letter first, room for "-metrics" within 63 characters. */}}
{{- define "loadline.fullname" -}}
{{- $name := .Release.Name -}}
{{- if .Values.fullnameOverride -}}
{{- $name = .Values.fullnameOverride -}}
{{- else if not (contains (include "loadline.name" .) $name) -}}
{{- $name = printf "%s-%s" $name (include "loadline.name" .) -}}
{{- end -}}
{{- if regexMatch "^[0-9]" $name -}}
{{- fail (printf "the release %q begins with a digit, which the name of a Service may not: set fullnameOverride" .Release.Name) -}}
{{- end -}}
{{- $name | replace "." "-" | trunc 55 | trimSuffix "-" -}}
{{- end -}}

{{/* Names of what belongs to the whole cluster: two releases in two namespaces must not collide. */}}
{{- define "loadline.clusterName" -}}
{{- printf "%s:%s" .Release.Namespace (include "loadline.fullname" .) -}}
{{- end -}}

{{- define "loadline.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "loadline.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "loadline.selectorLabels" -}}
app.kubernetes.io/name: {{ include "loadline.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "loadline.labels" -}}
{{ include "loadline.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Image reference of a dictionary with image and root. */}}
{{- define "loadline.image" -}}
{{- printf "%s:%s" .image.repository (default .root.Chart.AppVersion .image.tag) -}}
{{- end -}}

{{/* Names of a list of references, comma-separated. */}}
{{- define "loadline.joinNames" -}}
{{- $names := list -}}
{{- range . -}}{{- $names = append $names .name -}}{{- end -}}
{{- join "," $names -}}
{{- end -}}

{{/* The namespaces that the operator watches, comma-separated; empty means all. */}}
{{- define "loadline.namespaces" -}}
{{- if eq .Values.watch.mode "Namespaces" -}}
{{- join "," .Values.watch.namespaces -}}
{{- else if eq .Values.watch.mode "Release" -}}
{{- .Release.Namespace -}}
{{- end -}}
{{- end -}}

{{/* Of several operators each had better be on a node of its own, unless the values say something about pods. */}}
{{- define "loadline.affinity" -}}
{{- $affinity := deepCopy .Values.affinity -}}
{{- if and (gt (int .Values.replicas) 1) (not (hasKey $affinity "podAntiAffinity")) -}}
{{- $selector := dict "matchLabels" (include "loadline.selectorLabels" . | fromYaml) -}}
{{- $term := dict "topologyKey" "kubernetes.io/hostname" "labelSelector" $selector -}}
{{- $preferred := list (dict "weight" 100 "podAffinityTerm" $term) -}}
{{- $_ := set $affinity "podAntiAffinity" (dict "preferredDuringSchedulingIgnoredDuringExecution" $preferred) -}}
{{- end -}}
{{- toYaml $affinity -}}
{{- end -}}

{{/* What the operator may do in each namespace that it watches: what it does, and nothing else. */}}
{{- define "loadline.rules" -}}
- apiGroups: [loadline.dev]
  resources: [loadtests]
  verbs: [get, list, watch]
- apiGroups: [loadline.dev]
  resources: [loadtests/status, loadtestruns/status]
  verbs: [patch]
- apiGroups: [loadline.dev]
  resources: [loadtestruns]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, delete]
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list]
- apiGroups: [""]
  resources: [events]
  verbs: [create, list]
{{- end -}}
