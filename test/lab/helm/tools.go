//go:build tools

// Package tools names the command that the tests of the chart build, so that go.mod and go.sum hold what it needs.
package tools

import _ "helm.sh/helm/v3/cmd/helm"
