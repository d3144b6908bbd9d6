package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// demo is running sandboxes and a workspace whose configuration asks them.
type demo struct {
	out       io.Writer
	steps     *log.Logger
	root      string
	sandboxes []*sandbox.Server
	servers   []*httptest.Server
	places    map[string]place // by service
	workspace *clitest.Workspace
}

// custom is the service that describes an endpoint in HCL, and jwt the one whose tokens
// are signed by the client. They have no vendor.
const (
	custom = "custom"
	jwt    = "jwt"
)

// services are the services of the demo.
func services() []string {
	return slices.Sorted(slices.Values(append(sandbox.Services(), custom, jwt)))
}

func newDemo(ctx context.Context, out io.Writer) (*demo, error) {
	d := &demo{out: out, steps: log.New(out, "- ", 0)}
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
		d.say("it knows no ephemeral resources: data sources only, and no proxy")
	}
	if d.workspace, err = clitest.NewWorkspace(cli, ""); err != nil {
		return nil, err
	}
	if err := d.prepare(); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// prepare serves the sandboxes and writes the configuration that asks them.
func (d *demo) prepare() error {
	d.serve()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	env := d.workspace.Env
	env["TF_VAR_demo"], env["TF_VAR_reports"] = self, filepath.Join(d.workspace.Dir, "out")
	for _, name := range services() {
		client := d.places[name].client()
		env["TF_VAR_"+name+"_client_id"] = client.ID
		env["TF_VAR_"+name+"_client_secret"] = client.Secret
	}
	return d.configure(settings{}, services()...)
}

// configure writes the configuration with these services.
func (d *demo) configure(s settings, names ...string) error {
	s.Ephemeral = d.workspace.CLI.Ephemeral()
	for _, name := range names {
		at := d.places[name]
		s.Services = append(s.Services, service{
			Name: name, TokenURL: at.tokenURL(), ResourceURL: at.resourceURL(), Encoding: at.client().Encoding,
		})
	}
	main, err := configuration(s)
	if err != nil {
		return err
	}
	return d.workspace.Write("main.tf", main)
}

func (d *demo) close() error {
	for i, box := range d.sandboxes {
		box.Close()
		d.servers[i].Close()
	}
	return d.workspace.Close()
}

func (d *demo) say(format string, args ...any) { d.steps.Printf(format, args...) }

// hide returns an error without the secrets and tokens in its text. Many errors
// hold the CLI's output, and the demo does not rely on the CLI to hide them.
func (d *demo) hide(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, s := range d.sandboxes {
		for _, token := range s.Tokens() {
			text = strings.ReplaceAll(text, token, "(token)")
		}
	}
	for _, at := range d.places {
		text = strings.ReplaceAll(text, at.client().Secret, "(secret)")
	}
	return errors.New(text)
}

// described is the vendor whose endpoint the service custom describes in HCL.
const described = "emtech"

// place is where a service's endpoints are: a vendor of a sandbox.
type place struct {
	sandbox *sandbox.Server
	vendor  string
	url     string
}

// client returns the client. That of jwt has a key in the place of a secret.
func (p place) client() sandbox.Client {
	if p.vendor == jwt {
		return sandbox.Client{ID: sandbox.SelfSignedIssuer, Secret: p.sandbox.PrivateKeyPEM()}
	}
	return p.sandbox.Client(p.vendor)
}

// requests returns how many tokens were requested: no JWT is.
func (p place) requests() int {
	if p.vendor == jwt {
		return 0
	}
	return p.sandbox.Requests(p.vendor)
}

func (p place) opened() int {
	if p.vendor == jwt {
		return p.sandbox.SelfSignedOpened()
	}
	return p.sandbox.Opened(p.vendor)
}

func (p place) tokenURL() string {
	if p.vendor == jwt {
		return ""
	}
	return p.url + sandbox.TokenPath(p.vendor)
}

func (p place) resourceURL() string {
	if p.vendor == jwt {
		return p.url + sandbox.SelfSignedPath
	}
	return p.url + sandbox.ResourcePath(p.vendor)
}

// serve starts two sandboxes: one acts as every vendor, the other is what custom
// describes, so that their requests are counted separately.
func (d *demo) serve() {
	d.places = map[string]place{}
	for _, names := range [][]string{append(sandbox.Services(), jwt), {custom}} {
		box := sandbox.New()
		web := httptest.NewServer(box)
		d.sandboxes, d.servers = append(d.sandboxes, box), append(d.servers, web)
		for _, name := range names {
			vendor := name
			if name == custom {
				vendor = described
			}
			d.places[name] = place{box, vendor, web.URL}
		}
	}
}
