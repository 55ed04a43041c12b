package main

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// serve answers the probes /live, /ready and /startup, and obeys these commands, by GET or POST:
//
//	/bad/NAME, /good/NAME   make the probe NAME fail, or pass again
//	/exit?code=N            exit
//	/eat?size=64Mi          eat memory
func serve(s settings, exits chan<- int) error {
	listener, err := net.Listen("tcp", s.listen)
	if err != nil {
		return err
	}
	begun := time.Now()
	mux := http.NewServeMux()
	for _, name := range []string{"live", "ready", "startup"} {
		mux.HandleFunc("/"+name, func(answer http.ResponseWriter, _ *http.Request) {
			if marked(s, name) || timed(s, name, time.Since(begun)) {
				http.Error(answer, "bad", http.StatusServiceUnavailable)
			}
		})
	}
	mux.HandleFunc("/bad/{name}", func(answer http.ResponseWriter, request *http.Request) {
		reply(answer, os.WriteFile(mark(s, request.PathValue("name")), nil, 0o644))
	})
	mux.HandleFunc("/good/{name}", func(answer http.ResponseWriter, request *http.Request) {
		reply(answer, os.RemoveAll(mark(s, request.PathValue("name"))))
	})
	mux.HandleFunc("/exit", func(answer http.ResponseWriter, request *http.Request) {
		code, err := strconv.Atoi(request.FormValue("code"))
		reply(answer, err)
		if err == nil {
			exits <- code
		}
	})
	mux.HandleFunc("/eat", func(answer http.ResponseWriter, request *http.Request) {
		size, err := parseSize(request.FormValue("size"))
		reply(answer, err)
		go eat(size)
	})
	go func() { say("server ended: %v", http.Serve(listener, mux)) }()
	return nil
}

// timed tells whether a probe is bad at this age of the process.
func timed(s settings, name string, age time.Duration) bool {
	switch name {
	case "live":
		return s.liveFailsIn > 0 && age >= s.liveFailsIn
	case "ready":
		return age < s.readyIn || (s.readyFailsIn > 0 && age >= s.readyFailsIn)
	default:
		return s.startupFailed || age < s.startedIn
	}
}

func mark(s settings, name string) string {
	return filepath.Join(s.stateFolder, "bad-"+filepath.Base(name))
}

func marked(s settings, name string) bool {
	_, err := os.Stat(mark(s, name))
	return err == nil
}

func reply(answer http.ResponseWriter, err error) {
	if err != nil {
		http.Error(answer, err.Error(), http.StatusBadRequest)
	}
}
