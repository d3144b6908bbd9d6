// Command serve runs the sandbox until it is interrupted. It prints the settings with which a
// configuration gets tokens from it, and a line for each request.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

func main() {
	port := flag.Int("port", 0, "port to listen on; 0 is any that is free")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Stdout, *port)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "sandbox:", err)
		os.Exit(1)
	}
}

// run serves until the context ends.
func run(ctx context.Context, out io.Writer, port int) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return err
	}
	box := sandbox.New()
	if _, err = io.WriteString(out, instructions(box, "http://"+listener.Addr().String())); err != nil {
		return errors.Join(err, listener.Close())
	}
	web := &http.Server{Handler: logged(box, out), ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- web.Serve(listener) }()
	<-ctx.Done()
	box.Close()
	err = web.Close()
	if ended := <-served; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

// logged writes a line for each request. For a shell it is a comment.
func logged(next http.Handler, out io.Writer) http.Handler {
	var mu sync.Mutex
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		noted := &noter{ResponseWriter: w, status: "no response"}
		defer func() { // a fault may be a panic that breaks the connection
			mu.Lock()
			defer mu.Unlock()
			_, _ = fmt.Fprintf(out, "# %s %s %s: %s\n", time.Now().Format(time.TimeOnly), r.Method, r.URL.EscapedPath(), noted.status)
		}()
		next.ServeHTTP(noted, r)
	})
}

// noter notes the status of a response.
type noter struct {
	http.ResponseWriter

	status string
}

func (n *noter) WriteHeader(status int) {
	n.status = strconv.Itoa(status)
	n.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (n *noter) Unwrap() http.ResponseWriter { return n.ResponseWriter }

// instructions returns the environment variables with the credentials, and in comments the
// URLs that the tokens open, as a script for a shell.
func instructions(box *sandbox.Server, url string) string {
	var variables, resources strings.Builder
	for _, name := range sandbox.Services() {
		clients := box.Clients(name)
		client := clients[len(clients)-1] // that of oauth2 with the provider's default encoding
		for _, variable := range []struct{ name, value string }{
			{"CLIENT_ID", client.ID},
			{"CLIENT_SECRET", client.Secret},
			{"TOKEN_URL", url + sandbox.TokenPath(name)},
		} {
			fmt.Fprintf(&variables, "export %s_%s=%s\n", strings.ToUpper(name), variable.name, quoted(variable.value))
		}
		fmt.Fprintf(&resources, "# %-8s %s\n", name, url+sandbox.ResourcePath(name))
	}
	return "# The sandbox acts as every vendor, for this machine alone, until you press Ctrl-C. Below, it\n" +
		"# prints a line for each request. Its port is another one each time; to choose it, run\n# make sandbox PORT=8080.\n" +
		"# Paste this into another shell, and plan a configuration there, such as examples/sandbox. The\n" +
		"# CLI has to find the provider: see \"Use it\" in README.md. All of this is made up:\n\n" + variables.String() +
		"\n# The APIs that accept the tokens:\n\n" + resources.String()
}

// quoted returns a text in quotes for a shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
