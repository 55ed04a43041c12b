// Command lab-runc is runc for a machine on which root may not protect a process from the kernel's OOM killer
// (CAP_SYS_RESOURCE is missing, as in many sandboxes). Kubernetes gives every sandbox the score -998, and runc then
// fails with "can't get final child's PID from pipe". This program raises a score that is refused to the one it has
// itself, and leaves everything else to runc.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const ownScore = "/proc/self/oom_score_adj"

func main() {
	if bundle, creates := bundleOf(os.Args[1:]); creates {
		if err := raiseScore(filepath.Join(bundle, "config.json")); err != nil {
			fail(err)
		}
	}
	runc, err := exec.LookPath("runc")
	if err != nil {
		fail(err)
	}
	fail(syscall.Exec(runc, append([]string{"runc"}, os.Args[1:]...), os.Environ()))
}

// bundleOf finds the bundle of a container that is about to be made; other commands of runc have none.
func bundleOf(arguments []string) (string, bool) {
	bundle, creates := ".", false
	for at, argument := range arguments {
		switch {
		case argument == "create" || argument == "run":
			creates = true
		case (argument == "--bundle" || argument == "-b") && at+1 < len(arguments):
			bundle = arguments[at+1]
		case strings.HasPrefix(argument, "--bundle="):
			bundle = strings.TrimPrefix(argument, "--bundle=")
		}
	}
	return bundle, creates
}

// raiseScore rewrites process.oomScoreAdj of an OCI configuration if this machine would refuse it. The rest of the
// file is kept as it is, byte for byte where it matters: numbers are not read as floating point.
func raiseScore(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var config, process map[string]json.RawMessage
	if err := json.Unmarshal(text, &config); err != nil {
		return err
	}
	if err := json.Unmarshal(config["process"], &process); err != nil {
		return err
	}
	wanted := string(process["oomScoreAdj"])
	allowed, err := allowedScore(wanted)
	if err != nil || allowed == wanted {
		return err
	}
	process["oomScoreAdj"] = json.RawMessage(allowed)
	if config["process"], err = json.Marshal(process); err != nil {
		return err
	}
	if text, err = json.Marshal(config); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// allowedScore tries the score on this process, since no file tells what the kernel would accept.
func allowedScore(wanted string) (string, error) {
	if _, err := strconv.Atoi(wanted); err != nil {
		return wanted, nil
	}
	text, err := os.ReadFile(ownScore)
	if err != nil {
		return "", err
	}
	own := strings.TrimSpace(string(text))
	if os.WriteFile(ownScore, []byte(wanted), 0) != nil {
		return own, nil
	}
	return wanted, os.WriteFile(ownScore, []byte(own), 0)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "lab-runc:", err)
	os.Exit(1)
}
