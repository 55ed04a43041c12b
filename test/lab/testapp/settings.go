package main

import (
	"flag"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// settings is what a container is told to do; a zero duration means never, a negative size means nothing.
type settings struct {
	exitAfter     time.Duration
	exitCode      int
	ignoreTerm    bool
	termAfter     time.Duration
	termCode      int
	eatAfter      time.Duration
	eatBytes      int64
	failTimes     int
	countFile     string
	listen        string
	liveFailsIn   time.Duration
	readyIn       time.Duration
	readyFailsIn  time.Duration
	startedIn     time.Duration
	stateFolder   string
	startupFailed bool
}

func parse(arguments []string) (settings, error) {
	var s settings
	var eat string
	flags := flag.NewFlagSet("probe-me", flag.ContinueOnError)
	flags.DurationVar(&s.exitAfter, "exit-after", 0, "exit with -exit-code after this time (1ns: at once; 0: never)")
	flags.IntVar(&s.exitCode, "exit-code", 0, "the code of -exit-after, and of the failures of -fail-times if not 0")
	flags.BoolVar(&s.ignoreTerm, "ignore-sigterm", false, "go on after SIGTERM")
	flags.DurationVar(&s.termAfter, "term-after", 0, "on SIGTERM, wait this long before exiting")
	flags.IntVar(&s.termCode, "term-code", 0, "on SIGTERM, exit with this code")
	flags.DurationVar(&s.eatAfter, "eat-after", time.Second, "begin to eat the memory of -eat after this time")
	flags.StringVar(&eat, "eat", "", "eat this much memory and keep it, such as 256Mi")
	flags.IntVar(&s.failTimes, "fail-times", 0, "exit 1 on the first N runs, counted in -count-file, and 0 on the next")
	flags.StringVar(&s.countFile, "count-file", "", "the file in which -fail-times counts; it must outlive the container")
	flags.StringVar(&s.listen, "listen", "", "serve /live, /ready, /startup and the commands on this address")
	flags.DurationVar(&s.liveFailsIn, "live-fails-after", 0, "/live turns bad after this time")
	flags.DurationVar(&s.readyIn, "ready-after", 0, "/ready is bad until this time")
	flags.DurationVar(&s.readyFailsIn, "ready-fails-after", 0, "/ready turns bad after this time")
	flags.DurationVar(&s.startedIn, "started-after", 0, "/startup is bad until this time")
	flags.BoolVar(&s.startupFailed, "startup-fails", false, "/startup is always bad")
	flags.StringVar(&s.stateFolder, "state", "/tmp", "/NAME is bad while STATE/bad-NAME exists")
	if err := flags.Parse(arguments); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if s.failTimes > 0 && s.countFile == "" {
		return s, fmt.Errorf("-fail-times needs -count-file")
	}
	size, err := parseSize(eat)
	s.eatBytes = size
	return s, err
}

// parseSize reads a number of bytes with the suffixes Ki, Mi and Gi.
func parseSize(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	factor := int64(1)
	for suffix, value := range map[string]int64{"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30} {
		if strings.HasSuffix(text, suffix) {
			factor, text = value, strings.TrimSuffix(text, suffix)
			break
		}
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number < 0 {
		return 0, fmt.Errorf("-eat %q is no size", text)
	}
	return number * factor, nil
}
