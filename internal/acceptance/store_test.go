package acceptance

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

const (
	fleetSize = 8
	machines  = 4
)

// storeKey is a key for the token store: 32 bytes in base64.
const storeKey = "bWFkZSB1cCBrZXkgb2YgYSB0b2tlbiBzdG9yZSwgMzI="

// fleet is workspaces whose runs ask the same sandbox, each with its own working directory.
type fleet struct {
	*sandboxLab
	spaces []*clitest.Lab
}

// newFleet returns a fleet. Only one request an hour is answered, so that no run waits for the
// next one.
func (l *sandboxLab) newFleet(size int) *fleet {
	l.T.Helper()
	f := &fleet{sandboxLab: l, spaces: make([]*clitest.Lab, size)}
	for i := range f.spaces {
		f.spaces[i] = clitest.NewLab(l.T, l.CLI, l.Config)
		f.spaces[i].Env["TF_VAR_emtech_secret"] = l.box.Client("emtech").Secret
	}
	l.box.OrderAlways("emtech", sandbox.Limit(1, time.Hour))
	return f
}

// oneUser gives all workspaces the same home.
func (f *fleet) oneUser() {
	for _, space := range f.spaces {
		space.Env["HOME"], space.Env["USERPROFILE"], space.Env["APPDATA"] = f.home(), f.home(), f.home()
	}
}

func (f *fleet) home() string { return filepath.Join(f.Dir, "home") }

// directory is where the fleet's store is.
func (f *fleet) directory() string { return filepath.Join(f.Dir, "store") }

// setEnv sets a variable of the environment of all runs.
func (f *fleet) setEnv(name, value string) {
	for _, space := range f.spaces {
		space.Env[name] = value
	}
}

// configure gives all workspaces an ephemeral resource and what is in more, and the
// provider block what is in store.
func (f *fleet) configure(store string, more ...string) {
	f.T.Helper()
	head := `
terraform {
  required_providers {
    apitoken = { source = "apitoken/apitoken" }
  }
}

variable "emtech_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}
` + providerBlock("", f.set("emtech", "var.emtech_secret")+"  transport = { max_retries = 0 }\n"+store)
	for _, space := range f.spaces {
		space.Configure(append([]string{head, ephemerals("emtech")}, more...)...)
	}
}

// initialise has all workspaces adopt what init left in the lab.
func (f *fleet) initialise() {
	f.T.Helper()
	for _, space := range f.spaces {
		clitest.OK(f.T, space.Adopt(f.Workspace))
	}
}

// run runs the CLI in all workspaces at once, and returns the runs that failed. None may warn.
func (f *fleet) run(args ...string) (failed []clitest.Result) {
	f.T.Helper()
	results, errs := make([]clitest.Result, len(f.spaces)), make([]error, len(f.spaces))
	var runs sync.WaitGroup
	for i, space := range f.spaces {
		runs.Go(func() { results[i], errs[i] = space.Workspace.Run(f.T.Context(), args...) })
	}
	runs.Wait()
	for i, result := range results {
		clitest.OK(f.T, errs[i])
		if strings.Contains(result.Stdout, "Warning") {
			f.T.Errorf("run %d warns: %s", i, result.Stdout)
		}
		if result.Code != 0 {
			failed = append(failed, result)
		}
	}
	return failed
}

// round runs the fleet, and checks how many runs reach the limit and how many requests they
// make. No other run may fail.
func (f *fleet) round(what string, limited, requests int, args ...string) {
	f.T.Helper()
	before, connections := f.box.Requests("emtech"), f.connections.Load()
	failed := f.run(args...)
	if len(failed) != limited {
		f.T.Errorf("%s: %d runs failed, want %d", what, len(failed), limited)
	}
	for _, result := range failed {
		if limited == 0 || !strings.Contains(result.Stderr, "HTTP 429") {
			f.T.Errorf("%s: %v", what, result.Err())
		}
	}
	if got := f.box.Requests("emtech") - before; got != requests {
		f.T.Errorf("%s: %d requests, want %d", what, got, requests)
	}
	if got := f.connections.Load() - connections; requests == 0 && got > 0 {
		f.T.Errorf("%s: %d connections, want none", what, got)
	}
}

// directoryStore is a token_store in a directory.
func directoryStore(directory string) string {
	return fmt.Sprintf("  token_store = { directory = %q }\n", filepath.ToSlash(directory))
}

// A fleet that shares a directory makes one request, and the next one none: without the
// store, the limit of the endpoint lets one run pass.
func testStore(l *sandboxLab) {
	f := l.newFleet(fleetSize)
	f.oneUser()
	f.configure(directoryStore(f.directory()), dataSources("emtech"))
	f.initialise()
	f.round("cold", 0, 1, "plan")
	f.round("warm", 0, 0, "plan")
	f.round("warm apply", 0, 0, "apply", "-auto-approve")
	f.setEnv("APITOKEN_TOKEN_STORE", "off")
	f.round("off", fleetSize, fleetSize, "plan")
}

// The environment gives a configuration without a block the same store.
func testStoreEnvironment(l *sandboxLab) {
	f := l.newFleet(fleetSize)
	f.oneUser()
	f.configure("")
	f.initialise()
	f.setEnv("APITOKEN_TOKEN_STORE", f.directory())
	f.round("cold", 0, 1, "plan")
	f.round("warm", 0, 0, "plan")
	f.setEnv("APITOKEN_TOKEN_STORE", "off")
	f.round("off", fleetSize, fleetSize, "plan")
}

// identity is what says whom a token is for: not secret, and in no entry.
func (l *sandboxLab) identity() []clitest.Needle {
	at, err := url.Parse(l.url)
	clitest.OK(l.T, err)
	return []clitest.Needle{{Name: "client id", Value: l.box.Client("emtech").ID}, {Name: "host", Value: at.Host}}
}

// Neither the store nor a run that takes a token from it writes anything of the token or of
// whom it is for. The run that has made the request has the host in its log.
func testStoreSecrecy(l *sandboxLab) {
	f := l.newFleet(2)
	f.oneUser()
	f.configure(directoryStore(f.directory()), later)
	f.initialise()
	first, second := f.spaces[0], f.spaces[1]
	firstLog, secondLog := first.Trace(), second.Trace()
	first.Must("apply", "-auto-approve")
	second.Must("apply", "-auto-approve")
	f.asked(nil, 1, "emtech")
	secrets := append(f.tokens(), clitest.Needle{Name: "secret", Value: l.box.Client("emtech").Secret})
	l.MustNotHold(append(f.identity(), secrets...)...) // the store and the key file are in this lab
	second.MustNotHold(append(f.identity(), secrets...)...)
	first.MustNotHold(append(f.identity()[:1], secrets...)...)
	if found := first.Search(f.identity()[1]); len(found) == 0 {
		l.T.Error("the search finds no host in the log of the request")
	}
	for log, part := range map[string]string{firstLog: "asking the token endpoint", secondLog: "taking the token from the token store"} {
		if text := l.Read(log); !strings.Contains(text, "[TRACE]") || !strings.Contains(text, part) {
			l.T.Errorf("%s does not hold %q", log, part)
		}
	}
	entries, err := os.ReadDir(f.directory())
	if err != nil || len(entries) == 0 {
		l.T.Errorf("the store has %d files, error %v", len(entries), err)
	}
}

// Machines that share nothing but a server make one request, whether the configuration or the
// environment names it. Nothing that the server writes says more than an entry's name.
func testStoreServer(l *sandboxLab) {
	server := clitest.MustRedis(l.T, filepath.Join(l.Dir, "tmp"))
	f := l.newFleet(machines)
	f.configure(fmt.Sprintf("  token_store = { url = %q, key = %q }\n", server.URL, storeKey))
	f.initialise()
	for _, space := range f.spaces {
		space.Trace()
	}
	f.round("cold", 0, 1, "plan")
	f.round("warm", 0, 0, "plan")
	f.configure("", dataSources("emtech"))
	f.setEnv("APITOKEN_TOKEN_STORE", server.URL)
	f.setEnv("APITOKEN_TOKEN_STORE_KEY", storeKey)
	f.round("by environment", 0, 0, "plan")
	secrets := append(f.tokens(), clitest.Needle{Name: "secret", Value: l.box.Client("emtech").Secret},
		clitest.Needle{Name: "key", Value: storeKey}, clitest.Needle{Name: "password", Value: clitest.RedisPassword})
	l.MustNotHold(append(f.identity(), secrets...)...)
	for _, space := range f.spaces {
		space.MustNotHold(append(f.identity()[:1], secrets...)...)
	}
	f.written("apitoken:")
}

// written checks that the server has written a text, among which the search looked.
func (f *fleet) written(text string) {
	f.T.Helper()
	files, err := filepath.Glob(filepath.Join(f.Dir, "tmp", "appendonlydir", "*.aof"))
	clitest.OK(f.T, err)
	for _, file := range files {
		if strings.Contains(f.Read(file), text) {
			return
		}
	}
	f.T.Errorf("%d files of the server have no %q", len(files), text)
}
