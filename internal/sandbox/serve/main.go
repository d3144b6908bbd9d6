// Command serve runs the sandbox until it is interrupted, and prints the settings with
// which a configuration gets tokens from it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "sandbox:", err)
		os.Exit(1)
	}
}

// run serves until the context ends.
func run(ctx context.Context, out io.Writer) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	box := sandbox.New()
	web := &http.Server{Handler: box, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- web.Serve(listener) }()
	if _, err = io.WriteString(out, instructions(box, "http://"+listener.Addr().String())); err == nil {
		<-ctx.Done()
	}
	box.Close()
	err = errors.Join(err, web.Close())
	if ended := <-served; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

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
	return "# The sandbox acts as every vendor, for this machine alone, until you press Ctrl-C. Its port\n# is another one each time.\n" +
		"# Paste this into another shell, and plan a configuration there, such as examples/sandbox. All\n# of it is made up:\n\n" + variables.String() +
		"\n# The APIs that accept the tokens:\n\n" + resources.String()
}

// quoted returns a text in quotes for a shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
