// Command demo shows the provider at work: it builds it, starts the sandbox
// that acts as every vendor, and runs a real init, plan, apply and destroy in
// which both kinds of every service open a protected resource. It plans again with a
// token store, and applies through a proxy. Then it prints what it saw, and removes all
// that it made.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == openCommand {
		os.Exit(code(openFromEnvironment(os.Args[2])))
	}
	if len(os.Args) == 3 && os.Args[1] == keepOpeningCommand {
		os.Exit(code(keepOpening(os.Args[2], proxiedPause)))
	}
	// If nobody reads on (`make demo | head`), writes fail and the demo ends as
	// usual. Without this, SIGPIPE would end it with nothing cleaned up.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Stdout)
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	stop()
	os.Exit(code(err))
}

func code(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "demo:", err)
	return 1
}

// run cleans up on every way out, an interrupt included.
func run(ctx context.Context, out io.Writer) error {
	d, err := newDemo(ctx, out)
	if err != nil {
		return err
	}
	return errors.Join(d.hide(d.show(ctx)), d.close())
}

func (d *demo) show(ctx context.Context) error {
	if err := d.install(ctx); err != nil {
		return err
	}
	rows, err := d.walk(ctx)
	if err != nil {
		return err
	}
	err = d.planWithStore(ctx)
	if err == nil && d.workspace.CLI.Ephemeral() {
		err = d.applyThroughProxy(ctx)
	}
	if err != nil {
		return err
	}
	err = errors.Join(printTable(d.out, rows), d.printRequests(), unopened(rows))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(d.out, "\nAll of it worked: the APIs accepted every token. To use the provider yourself, see README.md, \"Use it\".")
	return err
}
