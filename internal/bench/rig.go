package main

import (
	"context"
	"crypto/rand"
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
	"slices"
	"strings"
	"sync/atomic"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// ourName is how this provider is called in tables.
const ourName = "apitoken"

// getPath is where the sandbox's answer to a token request can be had by GET, and objectsPath
// where an API's objects are.
const (
	getPath     = "/token-by-get"
	objectsPath = "/objects"
)

// rig is everything that is made once, and what is to be removed in the end.
type rig struct {
	steps      *log.Logger
	root       string // of the repository
	dir        string
	cli        clitest.CLI
	config     string
	binary     string                    // of this provider
	peers      map[string]clitest.Plugin // other providers, by type
	box        *sandbox.Server
	client     sandbox.Client
	server     *httptest.Server
	url        string
	redis      *clitest.Redis // nil: there is no redis-server
	workspaces []*clitest.Workspace

	connections atomic.Int64 // to the server
}

// newRig finds peers in a filesystem mirror; "": there is none.
func newRig(ctx context.Context, root, mirror string, progress io.Writer) (*rig, error) {
	// Providers encode id and secret in different ways, so neither has a character that changes.
	g := &rig{steps: log.New(progress, "- ", 0), root: root, box: sandbox.New(), client: sandbox.Client{ID: "bench", Secret: rand.Text()}}
	g.box.AddClient(service, g.client)
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
		err = g.build(ctx, mirror)
	}
	if err != nil {
		return nil, errors.Join(err, g.close())
	}
	return g, nil
}

// build finds the CLI and the other providers, builds this provider as a release does, and lays
// all out for the CLI to find.
func (g *rig) build(ctx context.Context, mirror string) error {
	if err := os.Setenv("CGO_ENABLED", "0"); err != nil {
		return err
	}
	var err error
	if g.cli, err = clitest.FindCLI(ctx, g.root, g.say); err != nil {
		return err
	}
	g.say("building the provider")
	g.binary, err = clitest.BuildProvider(ctx, g.root, filepath.Join(g.dir, ourName), "-tags=grpcnotrace", "-ldflags=-s -w")
	if err != nil {
		return err
	}
	path, err := clitest.HTTPProvider(ctx, g.root, g.dir)
	if err != nil {
		return err
	}
	g.peers = map[string]clitest.Plugin{"http": clitest.HTTP(path)}
	if mirror != "" {
		err = g.addPeers(mirror)
		if err != nil {
			return err
		}
	}
	plugins := append(slices.Collect(maps.Values(g.peers)), clitest.Apitoken(g.binary))
	g.config, err = clitest.Install(filepath.Join(g.dir, "mirror"), false, plugins...)
	return err
}

// oldHTTP is the newest http provider that is available as a Go module. It knows no POST.
const oldHTTP = "1.2.0"

// addPeers adds the other providers that a filesystem mirror of the CLI has, unpacked.
func (g *rig) addPeers(mirror string) error {
	for _, source := range []string{"hashicorp/http", "magodo/restful", "Mastercard/restapi"} {
		namespace, kind, _ := strings.Cut(source, "/")
		pattern := filepath.Join(mirror, "*", namespace, kind, "*", runtime.GOOS+"_"+runtime.GOARCH, "terraform-provider-"+kind+"*")
		found, err := filepath.Glob(pattern)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			g.say("there is no %s in %s", source, mirror)
			continue
		}
		binary := found[len(found)-1]
		g.peers[kind] = clitest.Plugin{
			Namespace: namespace, Type: kind, Version: filepath.Base(filepath.Dir(filepath.Dir(binary))), Binary: binary,
		}
	}
	return nil
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

// serve serves the sandbox, at getPath the answer of its token endpoint to a GET, and an API.
func (g *rig) serve() {
	mux := http.NewServeMux()
	mux.Handle("/", g.box)
	mux.HandleFunc("GET "+getPath, g.answerGet)
	const object = `{"id":"1","name":"bench"}`
	mux.HandleFunc("GET "+objectsPath, answerJSON("["+object+"]"))
	mux.HandleFunc("GET "+objectsPath+"/1", answerJSON(object))
	g.server = httptest.NewUnstartedServer(mux)
	g.server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			g.connections.Add(1)
		}
	}
	g.server.Start()
	g.url = g.server.URL
}

func answerJSON(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

func (g *rig) answerGet(w http.ResponseWriter, r *http.Request) {
	inner, err := http.NewRequestWithContext(r.Context(), http.MethodPost, sandbox.TokenPath(service), strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	inner.SetBasicAuth(g.client.ID, g.client.Secret)
	inner.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	g.box.ServeHTTP(w, inner)
}

func (g *rig) endpoint() endpoint {
	return endpoint{clientID: g.client.ID, tokenURL: g.url + sandbox.TokenPath(service)}
}

// workspace returns a workspace in which a contender is initialised.
func (g *rig) workspace(ctx context.Context, c contender) (*clitest.Workspace, error) {
	w, err := clitest.NewWorkspace(g.cli, g.config)
	if err != nil {
		return nil, err
	}
	g.workspaces = append(g.workspaces, w)
	maps.Copy(w.Env, c.env)
	w.Env["TF_VAR_client_secret"] = g.client.Secret
	err = w.Write("main.tf", c.main)
	if err != nil {
		return nil, err
	}
	_, err = w.Do(ctx, "init")
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

// planNotes say what was compared with what.
func (g *rig) planNotes() []string {
	notes := []string{
		"CPU is the processor time of the CLI and its providers, as the median of the rounds. CPU ratio is the median of the ratios within a round; half of " +
			"the ratios lie between Q1 and Q3. Time ratio is the same for the elapsed time, which changes more with what else the machine does.",
		"All is on loopback, where a token request takes about a millisecond. On a network, each takes a round trip or more.",
	}
	if g.peers["http"].Version == oldHTTP {
		notes = append(notes, "http GET: the http provider "+oldHTTP+", the newest that is available as a Go module, does not support POST. "+
			"It reads a URL that returns the same response as the token endpoint. With -mirror, a newer version sends a POST.")
	}
	if _, ok := g.peers["restapi"]; ok {
		notes = append(notes, "restapi OAuth: restapi gives no token to others. The plan reads objects of an API, with two API requests for each, and restapi requests a token for each of these.")
	}
	return notes
}
