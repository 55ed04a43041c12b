//go:build tools

// Package tools names the command that the lab builds, so that go.mod and go.sum hold what it needs.
package tools

import _ "github.com/Mirantis/cri-dockerd"
