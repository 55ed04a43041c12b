// Command probe-me is the lab's test program: it does on command, or at a set time, what containers do when they
// restart. Without a subcommand it is the container's main process; the subcommands are for probes and hooks.
//
//	probe-me [flags]            run, see -help
//	probe-me check FILE         exit 1 while FILE exists (an exec probe)
//	probe-me exists FILE        exit 1 until FILE exists (an exec probe)
//	probe-me touch FILE         make FILE
//	probe-me remove FILE        remove FILE
//	probe-me exit CODE          exit with CODE (a failing hook)
//	probe-me sleep DURATION     wait (a slow hook)
//	probe-me get URL            exit 0 on a 2xx answer
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) > 1 && os.Args[1][0] != '-' {
		os.Exit(subcommand(os.Args[1], os.Args[2:]))
	}
	settings, err := parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "probe-me:", err)
		os.Exit(64)
	}
	os.Exit(run(settings))
}
