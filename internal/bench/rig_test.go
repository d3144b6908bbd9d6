package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// What the http provider gets by GET is what our POST is answered with: a
// token that opens the protected resource.
func TestAnswerGet(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	g := &rig{box: box, client: box.Client(service)}
	got := httptest.NewRecorder()
	g.answerGet(got, httptest.NewRequestWithContext(t.Context(), http.MethodGet, getPath, http.NoBody))
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(got.Result().Body).Decode(&answer); err != nil || got.Code != http.StatusOK {
		t.Fatalf("%d, %v", got.Code, err)
	}
	if kind := got.Header().Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		t.Errorf("its type is %q", kind)
	}
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, sandbox.ResourcePath(service), http.NoBody)
	req.Header.Set("Authorization", "Bearer "+answer.AccessToken)
	g.box.ServeHTTP(httptest.NewRecorder(), req)
	if g.box.Opened(service) != 1 {
		t.Error("the token opens nothing")
	}
	if g.box.Requests(service) != 1 {
		t.Errorf("the endpoint was asked %d times", g.box.Requests(service))
	}
}

// someMirror is a filesystem mirror with a provider.
func someMirror(t *testing.T, source, version string) (mirror, binary string) {
	t.Helper()
	mirror = t.TempDir()
	_, kind, _ := strings.Cut(source, "/")
	dir := filepath.Join(mirror, "registry.example.com", filepath.FromSlash(source), version, runtime.GOOS+"_"+runtime.GOARCH)
	clitest.OK(t, os.MkdirAll(dir, 0o700))
	binary = filepath.Join(dir, "terraform-provider-"+kind+"_v"+version)
	clitest.OK(t, os.WriteFile(binary, nil, 0o600))
	return mirror, binary
}

func TestAddPeers(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{"hashicorp/http": "http", "magodo/restful": "restful", "Mastercard/restapi": "restapi"} {
		g := &rig{steps: log.New(io.Discard, "", 0), peers: map[string]clitest.Plugin{}}
		mirror, binary := someMirror(t, source, "3.5.0")
		clitest.OK(t, g.addPeers(mirror))
		namespace, _, _ := strings.Cut(source, "/")
		if diff := cmp.Diff(map[string]clitest.Plugin{want: {Namespace: namespace, Type: want, Version: "3.5.0", Binary: binary}}, g.peers); diff != "" {
			t.Error(diff)
		}
	}
}

// The plans are compared with those of all other providers that are there.
func TestOthers(t *testing.T) {
	t.Parallel()
	old, all := clitest.HTTP("http"), map[string]clitest.Plugin{}
	for _, kind := range []string{"http", "restful", "restapi"} {
		all[kind] = clitest.Plugin{Type: kind, Version: "3.5.0"}
	}
	for _, c := range []struct {
		kind  string
		peers map[string]clitest.Plugin
		want  []string
	}{
		{dataKind, map[string]clitest.Plugin{"http": old}, []string{"http 1.2.0, GET: 7"}},
		{ephemeralKind, map[string]clitest.Plugin{"http": old}, nil},
		{dataKind, all, []string{"http 3.5.0, POST: 7", "restapi 3.5.0, OAuth: -1"}},
		{ephemeralKind, all, []string{"restful 3.5.0, POST: 7"}},
	} {
		g := &rig{box: sandbox.New(), peers: c.peers}
		var got []string
		for _, other := range g.others(c.kind, 7) {
			got = append(got, fmt.Sprintf("%s: %d", other.name, other.requests))
			if !strings.Contains(other.main, "= 7\n") {
				t.Errorf("%s has no 7 references:\n%s", other.name, other.main)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestConfigurations(t *testing.T) {
	t.Parallel()
	e := endpoint{clientID: "id%", tokenURL: "http://127.0.0.1/token"}
	for name, c := range map[string]struct {
		main string
		sets int
		want string
	}{
		"references": {tokens(ephemeralKind, 7, e), 1, `ephemeral "apitoken_oauth2" "this" {`},
		"sets":       {sets(3, 2, e), 3, "bench2 = {"},
		"aliases":    {aliases(3, e), 3, "provider = apitoken.bench2\n"},
	} {
		if strings.Count(c.main, `client_id = "id%"`) != c.sets || !strings.Contains(c.main, c.want) {
			t.Errorf("%s:\n%s", name, c.main)
		}
	}
}

// A binary that is written anew is another file with the same bytes.
func TestRewrite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "binary")
	clitest.OK(t, os.WriteFile(path, []byte("bytes"), 0o600))
	before := clitest.Must(os.Stat(path))(t)
	clitest.OK(t, rewrite(path))
	after := clitest.Must(os.Stat(path))(t)
	content, err := os.ReadFile(path) //nolint:gosec // the path is the test's own
	if err != nil || string(content) != "bytes" || os.SameFile(before, after) {
		t.Errorf("it holds %q, error %v, the same file: %v", content, err, os.SameFile(before, after))
	}
	if err := rewrite(filepath.Join(path, "missing")); err == nil {
		t.Error("a binary that is not there was written anew")
	}
}

func TestWithoutLogSettings(t *testing.T) {
	t.Parallel()
	got := withoutLogSettings([]string{"HOME=/h", "TF_LOG=TRACE", "TF_LOG_SDK=off", "TF_DATA_DIR=d"})
	if want := []string{"HOME=/h", "TF_DATA_DIR=d"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A program that is no provider is an error, and so is one that is not there.
func TestLaunchFails(t *testing.T) {
	t.Parallel()
	for _, binary := range []string{clitest.Must(exec.LookPath("go"))(t), filepath.Join(t.TempDir(), "missing")} {
		if taken, err := launch(t.Context(), binary); err == nil {
			t.Errorf("%s has started in %v", binary, taken)
		}
	}
}
