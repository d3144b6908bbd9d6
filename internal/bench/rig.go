package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// The providers that are compared; the quiet floor is the floor without the
// plugin library's log.
const (
	ourName   = "apitoken"
	floorName = "floor"
	quietName = "quiet floor"
)

// getPath is where the sandbox's answer to a token request can be had by GET.
const getPath = "/token-by-get"

// perProvider is something that this provider and the floor have one of each.
type perProvider[T any] struct{ ours, floor T }

// rig is everything that is made once, and what is to be removed in the end.
type rig struct {
	steps      *log.Logger
	root       string // of the repository
	dir        string
	cli        clitest.CLI
	config     string
	httpPost   bool
	binaries   perProvider[string]
	http       string // the http provider's binary; "" where it comes from its registry
	sizes      perProvider[int64]
	box        *sandbox.Server
	server     *httptest.Server
	url        string
	redis      *clitest.Redis // nil: there is no redis-server
	workspaces []*clitest.Workspace

	connections atomic.Int64 // to the server
}

func newRig(ctx context.Context, root string, httpPost bool, progress io.Writer) (*rig, error) {
	g := &rig{steps: log.New(progress, "- ", 0), root: root, httpPost: httpPost, box: sandbox.New()}
	var err error
	if g.dir, err = os.MkdirTemp("", "apitoken-bench-"); err != nil {
		return nil, err
	}
	g.serve()
	if g.redis, err = clitest.StartRedis(ctx, g.dir); errors.Is(err, exec.ErrNotFound) {
		g.say("there is no redis-server, so no token store on one")
		err = nil
	}
	if err == nil {
		err = g.build(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, g.close())
	}
	return g, nil
}

// build finds the CLI, builds the providers as a release does and lays them out
// for the CLI to find.
func (g *rig) build(ctx context.Context) error {
	if err := os.Setenv("CGO_ENABLED", "0"); err != nil {
		return err
	}
	var err error
	if g.cli, err = clitest.FindCLI(ctx, g.root, g.say); err != nil {
		return err
	}
	g.say("building the providers")
	if g.binaries.ours, g.sizes.ours, err = build(ctx, g.root, filepath.Join(g.dir, ourName)); err != nil {
		return err
	}
	floor := filepath.Join(g.root, "internal", "bench", "floor")
	if g.binaries.floor, g.sizes.floor, err = build(ctx, floor, filepath.Join(g.dir, floorName)); err != nil {
		return err
	}
	plugins := []clitest.Plugin{
		clitest.Apitoken(g.binaries.ours),
		{Namespace: ourName, Type: floorName, Version: "0.0.1", Binary: g.binaries.floor},
	}
	if !g.httpPost {
		var path string
		if path, err = clitest.HTTPProvider(ctx, g.root, g.dir); err != nil {
			return err
		}
		g.http = filepath.Join(g.dir, "http")
		if failed := clitest.CopyBinary(path, g.http); failed != nil {
			return failed
		}
		plugins = append(plugins, clitest.HTTP(g.http))
	}
	g.config, err = clitest.Install(filepath.Join(g.dir, "mirror"), g.httpPost, plugins...)
	return err
}

// build builds the provider whose main package is in source as a release is
// built: stripped, and without gRPC's pages for debugging, which nothing serves.
func build(ctx context.Context, source, dir string) (path string, size int64, err error) {
	path, err = clitest.BuildProvider(ctx, source, dir, "-tags=grpcnotrace", "-ldflags=-s -w")
	if err != nil {
		return "", 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", 0, err
	}
	return path, info.Size(), nil
}

// rewrite writes a binary anew. How the page cache divides a file makes the same
// bytes start sooner or later for as long as they stay there, so every turn gets
// a new copy.
func rewrite(path string) error {
	fresh := path + ".new"
	if err := clitest.CopyBinary(path, fresh); err != nil {
		return err
	}
	return os.Rename(fresh, path)
}

// serve serves the sandbox, and at getPath the answer of its token endpoint to a
// GET.
func (g *rig) serve() {
	mux := http.NewServeMux()
	mux.Handle("/", g.box)
	mux.HandleFunc("GET "+getPath, g.answerGet)
	g.server = httptest.NewUnstartedServer(mux)
	g.server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			g.connections.Add(1)
		}
	}
	g.server.Start()
	g.url = g.server.URL
}

func (g *rig) answerGet(w http.ResponseWriter, r *http.Request) {
	client := g.box.Client(service)
	body := fmt.Sprintf(`{"clientId":%q,"clientSecret":%q}`, client.ID, client.Secret)
	inner, err := http.NewRequestWithContext(r.Context(), http.MethodPost, sandbox.TokenPath(service), strings.NewReader(body))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	inner.Header.Set("Content-Type", "application/json")
	g.box.ServeHTTP(w, inner)
}

func (g *rig) endpoint() endpoint {
	return endpoint{clientID: g.box.Client(service).ID, tokenURL: g.url + sandbox.TokenPath(service)}
}

// workspace returns a workspace in which a contender is initialised.
func (g *rig) workspace(ctx context.Context, c contender) (*clitest.Workspace, error) {
	w, err := clitest.NewWorkspace(g.cli, g.config)
	if err != nil {
		return nil, err
	}
	g.workspaces = append(g.workspaces, w)
	maps.Copy(w.Env, c.env)
	w.Env["TF_VAR_client_secret"] = g.box.Client(service).Secret
	err = w.Write("main.tf", c.main)
	if err != nil {
		return nil, err
	}
	w.Proxy = c.binary == ""
	_, err = w.Do(ctx, "init")
	w.Proxy = false
	return w, err
}

// close removes everything that the rig has made.
func (g *rig) close() error {
	g.box.Close()
	g.server.Close()
	var errs []error
	for _, w := range g.workspaces {
		errs = append(errs, w.Close())
	}
	if g.redis != nil {
		errs = append(errs, g.redis.Stop())
	}
	return errors.Join(append(errs, os.RemoveAll(g.dir))...)
}

func (g *rig) say(format string, args ...any) { g.steps.Printf(format, args...) }

// machine says what the times were taken on.
func (g *rig) machine() string {
	return fmt.Sprintf("%d cores, %s/%s, %s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), g.cli)
}

// notes say what was compared with what.
func (g *rig) notes() []string {
	against := "http GET: the http provider 1.2.0, the newest that is available as a Go module, does not support POST. " +
		"It reads a URL that returns the same response as the token endpoint. With -http-post, a newer version from its registry sends a POST."
	if g.httpPost {
		against = "http POST: the http provider from its registry posts the same request to the same endpoint."
	}
	return []string{
		"Ours and other are medians of the elapsed time. Ratio is the median of the ratios within a round; half of the ratios lie " +
			"between Q1 and Q3. " +
			"CPU is the same ratio of processor time, the CLI's included.",
		"floor: a provider that returns constants, with the same schema for one service, built with the same flags and served in the " +
			"plugin framework's default way.",
		"quiet floor: the same binary with TF_LOG_SDK=off, which this provider sets for itself if no variable requests a log. So the ratio " +
			"to the quiet floor is what our code costs, and the ratio to the floor is what a user sees.",
		against,
	}
}
