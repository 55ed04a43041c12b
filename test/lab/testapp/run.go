package main

import (
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// run does what the settings say and returns the exit code.
func run(s settings) int {
	if s.failTimes > 0 {
		return failTimes(s)
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	exits := make(chan int, 4)

	if s.listen != "" {
		if err := serve(s, exits); err != nil {
			say("cannot listen: %v", err)
			return 69
		}
	}
	if s.exitAfter > 0 {
		time.AfterFunc(s.exitAfter, func() { exits <- s.exitCode })
	}
	if s.eatBytes > 0 {
		time.AfterFunc(s.eatAfter, func() { eat(s.eatBytes) })
	}
	say("running")
	for {
		select {
		case code := <-exits:
			say("exiting with %d", code)
			return code
		case received := <-signals:
			if s.ignoreTerm {
				say("ignoring %v", received)
				continue
			}
			say("ending on %v", received)
			time.Sleep(s.termAfter)
			return s.termCode
		}
	}
}

// failTimes counts its runs in a file that outlives the container.
func failTimes(s settings) int {
	runs := 0
	if text, err := os.ReadFile(s.countFile); err == nil {
		runs, _ = strconv.Atoi(strings.TrimSpace(string(text)))
	}
	runs++
	if err := os.WriteFile(s.countFile, []byte(strconv.Itoa(runs)), 0o644); err != nil {
		say("cannot count: %v", err)
		return 74
	}
	time.Sleep(s.exitAfter)
	if runs > s.failTimes {
		say("run %d succeeds", runs)
		return 0
	}
	say("run %d of %d fails", runs, s.failTimes)
	if s.exitCode != 0 {
		return s.exitCode
	}
	return 1
}

// eaten keeps what was eaten reachable, so that it is never given back.
var eaten [][]byte

// eat takes memory 4 MiB at a time and writes to every page, since memory that is only reserved is not counted.
func eat(size int64) {
	const bite = 4 << 20
	for total := int64(0); total < size; total += bite {
		piece := make([]byte, bite)
		for page := 0; page < bite; page += 4096 {
			piece[page] = 1
		}
		eaten = append(eaten, piece)
	}
	say("ate %d bytes", size)
}

func say(format string, values ...any) {
	fmt.Printf("%s "+format+"\n", append([]any{time.Now().UTC().Format(time.RFC3339Nano)}, values...)...)
}
