package main

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"
)

// subcommand runs one of the small commands for probes and hooks, and returns the exit code.
func subcommand(name string, arguments []string) int {
	if len(arguments) != 1 {
		fmt.Fprintf(os.Stderr, "probe-me %s needs one argument\n", name)
		return 64
	}
	argument := arguments[0]
	switch name {
	case "check":
		if _, err := os.Stat(argument); err == nil {
			fmt.Println(argument, "exists")
			return 1
		}
		return 0
	case "exists":
		return failed(stat(argument))
	case "touch":
		return failed(os.WriteFile(argument, nil, 0o644))
	case "remove":
		return failed(os.RemoveAll(argument))
	case "exit":
		code, err := strconv.Atoi(argument)
		if err != nil {
			return failed(err)
		}
		return code
	case "sleep":
		duration, err := time.ParseDuration(argument)
		time.Sleep(duration)
		return failed(err)
	case "get":
		return failed(get(argument))
	default:
		fmt.Fprintf(os.Stderr, "probe-me has no subcommand %q\n", name)
		return 64
	}
}

func stat(path string) error {
	_, err := os.Stat(path)
	return err
}

func get(url string) error {
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%s", response.Status)
	}
	return nil
}

func failed(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "probe-me:", err)
	return 1
}
