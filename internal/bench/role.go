package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// The processes that this command starts itself as, by its first argument.
const (
	apiRole     = "role-api"     // serves an API
	reverseRole = "role-reverse" // httputil.ReverseProxy alone, to the URL in the next argument
	holdRole    = "role-hold"    // in a provisioner: keeps a proxy open
)

// Where the provisioner finds what it hands over, and where to.
const (
	urlVariable           = "BENCH_URL"
	authorizationVariable = "BENCH_AUTHORIZATION"
	reportVariable        = "BENCH_REPORT"
)

// What the API serves.
const (
	smallPath  = "/small"
	smallSize  = 1024
	streamPath = "/stream"
	streamLine = "a first line\n"
)

// play plays the role that the arguments name, and reports whether they name one. A server ends
// with its input.
func play(ctx context.Context, args []string, input io.Reader, out io.Writer) (isRole bool, err error) {
	switch {
	case len(args) == 1 && args[0] == apiRole:
		return true, serve(ctx, api(), input, out)
	case len(args) == 2 && args[0] == reverseRole:
		alone, err := reverse(args[1])
		if err != nil {
			return true, err
		}
		return true, serve(ctx, alone, input, out)
	case len(args) == 1 && args[0] == holdRole:
		return true, hold(ctx, os.Getenv(reportVariable), handover{URL: os.Getenv(urlVariable), Authorization: os.Getenv(authorizationVariable)})
	}
	return false, nil
}

// serve serves on loopback, prints where, and ends with its input.
func serve(ctx context.Context, handler http.Handler, input io.Reader, out io.Writer) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	const headerTime = 10 * time.Second
	server := &http.Server{Handler: handler, ReadHeaderTimeout: headerTime}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	_, err = fmt.Fprintf(out, "http://%s\n", listener.Addr())
	if err == nil {
		_, err = io.Copy(io.Discard, input)
	}
	err = errors.Join(err, server.Close())
	if failed := <-served; !errors.Is(failed, http.ErrServerClosed) {
		err = errors.Join(err, failed)
	}
	return err
}

// api serves a small response, and one without end.
func api() http.Handler {
	mux := http.NewServeMux()
	small := strings.Repeat("a", smallSize)
	mux.HandleFunc("GET "+smallPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, small)
	})
	mux.HandleFunc("GET "+streamPath, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, streamLine)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	return mux
}

// reverse returns what sends requests on as apitoken_proxy does, and does nothing else.
func reverse(upstream string) (http.Handler, error) {
	at, err := url.Parse(upstream)
	if err != nil {
		return nil, err
	}
	through, err := transport.New(transport.DefaultSettings(), transport.Machine{Now: time.Now, Getenv: func(string) string { return "" }})
	if err != nil {
		return nil, err
	}
	return &httputil.ReverseProxy{Transport: through.Upstream(nil), Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(at) }}, nil
}

// helper is a process of this command's own.
type helper struct {
	url   string
	cmd   *exec.Cmd
	input io.Closer
}

// startHelper starts this command as a server.
func startHelper(ctx context.Context, args ...string) (*helper, error) {
	own, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, own, args...) //nolint:gosec // it is this program
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	err = cmd.Start()
	if err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	h := &helper{url: strings.TrimSpace(line), cmd: cmd, input: input}
	if err != nil {
		return nil, errors.Join(err, h.stop())
	}
	return h, nil
}

// stop ends the process.
func (h *helper) stop() error { return errors.Join(h.input.Close(), h.cmd.Wait()) }
