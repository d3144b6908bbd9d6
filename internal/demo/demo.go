package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// demo is a running sandbox and a workspace whose configuration asks it.
type demo struct {
	out       io.Writer
	steps     *log.Logger
	root      string
	sandbox   *sandbox.Server
	server    *http.Server
	workspace *clitest.Workspace
}

func services() []string { return []string{"emporix", "emtech", "epgl", "oauth2"} }

func newDemo(ctx context.Context, out io.Writer) (*demo, error) {
	d := &demo{out: out, steps: log.New(out, "- ", 0), sandbox: sandbox.New()}
	var err error
	if d.root, err = clitest.Root(); err != nil {
		return nil, err
	}
	cli, err := clitest.FindCLI(ctx, d.root, d.say)
	if err != nil {
		return nil, err
	}
	d.say("running %s", cli)
	if !cli.Ephemeral() {
		d.say("it knows no ephemeral resources: data sources only")
	}
	if d.workspace, err = clitest.NewWorkspace(cli, ""); err != nil {
		return nil, err
	}
	if err := d.prepare(ctx); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// prepare serves the sandbox and writes the configuration that asks it.
func (d *demo) prepare(ctx context.Context) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	d.server = &http.Server{Handler: d.sandbox, ReadHeaderTimeout: 10 * time.Second}
	go d.server.Serve(listener) //nolint:errcheck // it ends with ErrServerClosed when close has its way
	self, err := os.Executable()
	if err != nil {
		return err
	}
	env := d.workspace.Env
	env["TF_VAR_demo"], env["TF_VAR_reports"] = self, filepath.Join(d.workspace.Dir, "out")
	url := "http://" + listener.Addr().String()
	var data []service
	for _, name := range services() {
		client := d.sandbox.Client(name)
		env["TF_VAR_"+name+"_client_id"] = client.ID
		env["TF_VAR_"+name+"_client_secret"] = client.Secret
		data = append(data, service{
			Name:        name,
			TokenURL:    url + sandbox.TokenPath(name),
			ResourceURL: url + sandbox.ResourcePath(name),
			Encoding:    client.Encoding,
		})
	}
	main, err := configuration(data, d.workspace.CLI.Ephemeral())
	if err != nil {
		return err
	}
	return d.workspace.Write("main.tf", main)
}

func (d *demo) close() error {
	d.sandbox.Close()
	var err error
	if d.server != nil {
		err = d.server.Close()
	}
	return errors.Join(err, d.workspace.Close())
}

func (d *demo) say(format string, args ...any) { d.steps.Printf(format, args...) }

// hiddenError is an error less the secrets and tokens in its text. The CLI's
// output is part of many an error, and the demo's word should not rest on the
// CLI's.
type hiddenError struct{ text string }

func (e hiddenError) Error() string { return e.text }

func (d *demo) hide(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, token := range d.sandbox.Tokens() {
		text = strings.ReplaceAll(text, token, "(token)")
	}
	for _, name := range services() {
		text = strings.ReplaceAll(text, d.sandbox.Client(name).Secret, "(secret)")
	}
	return hiddenError{text: text}
}
