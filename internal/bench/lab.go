package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// floorName is the name of the floor provider, ourName that of this one.
const (
	ourName   = "apitoken"
	floorName = "floor"
)

// getPath is where the sandbox's answer to a token request can be had by GET.
const getPath = "/token-by-get"

// perProvider is something that this provider and the floor have one of each.
type perProvider[T any] struct{ ours, floor T }

// lab is everything that is made once, and what is to be removed in the end.
type lab struct {
	steps      *log.Logger
	dir        string
	cli        clitest.CLI
	config     string
	httpPost   bool
	binaries   perProvider[string]
	sizes      perProvider[int64]
	box        *sandbox.Server
	server     *http.Server
	url        string
	workspaces []*clitest.Workspace
}

func newLab(ctx context.Context, httpPost bool, progress io.Writer) (*lab, error) {
	l := &lab{steps: log.New(progress, "- ", 0), httpPost: httpPost, box: sandbox.New()}
	var err error
	if l.dir, err = os.MkdirTemp("", "apitoken-bench-"); err != nil {
		return nil, err
	}
	if err := errors.Join(l.build(ctx), l.serve(ctx)); err != nil {
		return nil, errors.Join(err, l.close())
	}
	return l, nil
}

// build finds the CLI, builds the providers as a release does and lays them out
// for the CLI to find.
func (l *lab) build(ctx context.Context) error {
	if err := os.Setenv("CGO_ENABLED", "0"); err != nil {
		return err
	}
	root, err := clitest.Root()
	if err != nil {
		return err
	}
	if l.cli, err = clitest.FindCLI(ctx, root, l.say); err != nil {
		return err
	}
	l.say("building the providers")
	if l.binaries.ours, l.sizes.ours, err = build(ctx, root, filepath.Join(l.dir, ourName)); err != nil {
		return err
	}
	floor := filepath.Join(root, "internal", "bench", "floor")
	if l.binaries.floor, l.sizes.floor, err = build(ctx, floor, filepath.Join(l.dir, floorName)); err != nil {
		return err
	}
	plugins := []clitest.Plugin{
		clitest.Apitoken(l.binaries.ours),
		{Namespace: ourName, Type: floorName, Version: "0.0.1", Binary: l.binaries.floor},
	}
	if !l.httpPost {
		path, err := clitest.HTTPProvider(ctx, root, l.dir)
		if err != nil {
			return err
		}
		plugins = append(plugins, clitest.HTTP(path))
	}
	mirror := filepath.Join(l.dir, "mirror")
	l.config = mirror + ".tfrc"
	return errors.Join(clitest.LayMirror(mirror, plugins...), clitest.WriteConfig(l.config, mirror, l.httpPost, plugins...))
}

// build builds the provider whose main package is in source, stripped.
func build(ctx context.Context, source, dir string) (path string, size int64, err error) {
	path, err = clitest.BuildProvider(ctx, source, dir, "-ldflags=-s -w")
	if err != nil {
		return "", 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", 0, err
	}
	return path, info.Size(), nil
}

// serve serves the sandbox, and beside it the answer of its token endpoint to
// whoever asks by GET.
func (l *lab) serve(ctx context.Context) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	l.url = "http://" + listener.Addr().String()
	mux := http.NewServeMux()
	mux.Handle("/", l.box)
	mux.HandleFunc("GET "+getPath, l.answerGet)
	l.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go l.server.Serve(listener) //nolint:errcheck // it ends with ErrServerClosed when close has its way
	return nil
}

func (l *lab) answerGet(w http.ResponseWriter, r *http.Request) {
	client := l.box.Client(service)
	body := fmt.Sprintf(`{"clientId":%q,"clientSecret":%q}`, client.ID, client.Secret)
	inner, err := http.NewRequestWithContext(r.Context(), http.MethodPost, sandbox.TokenPath(service), strings.NewReader(body))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	inner.Header.Set("Content-Type", "application/json")
	l.box.ServeHTTP(w, inner)
}

func (l *lab) endpoint() endpoint {
	return endpoint{clientID: l.box.Client(service).ID, tokenURL: l.url + sandbox.TokenPath(service)}
}

// workspace returns an initialised workspace. FromRegistry lets init reach out.
func (l *lab) workspace(ctx context.Context, main string, fromRegistry bool) (*clitest.Workspace, error) {
	w, err := clitest.NewWorkspace(l.cli, l.config)
	if err != nil {
		return nil, err
	}
	l.workspaces = append(l.workspaces, w)
	w.Env["TF_VAR_client_secret"] = l.box.Client(service).Secret
	err = w.Write("main.tf", main)
	if err != nil {
		return nil, err
	}
	if fromRegistry {
		w.InheritProxy()
		defer w.ShunProxy()
	}
	_, err = w.Do(ctx, "init")
	return w, err
}

// close removes everything that the lab has made.
func (l *lab) close() error {
	l.box.Close()
	var errs []error
	for _, w := range l.workspaces {
		errs = append(errs, w.Close())
	}
	if l.server != nil {
		errs = append(errs, l.server.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(l.dir))...)
}

func (l *lab) say(format string, args ...any) { l.steps.Printf(format, args...) }

// machine says what the times were taken on.
func (l *lab) machine() string {
	return fmt.Sprintf("%d cores, %s/%s, %s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), l.cli)
}

func (l *lab) printNotes(out io.Writer) error {
	against := "http GET: the http provider 1.2.0, the newest that can be had as a Go module, knows no POST.\n" +
		"It gets a URL that answers what the token endpoint does. With -http-post a newer one from its registry posts."
	if l.httpPost {
		against = "http POST: the http provider from its registry posts the same request to the same endpoint."
	}
	_, err := fmt.Fprintf(out, `
OURS and OTHER are medians, RATIO is the median of the ratios within a round, MIN and MAX its range.
floor: a provider with the same schema that hands out constants, built with the same flags.
%s
`, against)
	return err
}
