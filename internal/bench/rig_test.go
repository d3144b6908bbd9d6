package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// What the http provider gets by GET is what our POST is answered with: a
// token that opens the protected resource.
func TestAnswerGet(t *testing.T) {
	t.Parallel()
	g := &rig{box: sandbox.New()}
	got := httptest.NewRecorder()
	g.answerGet(got, httptest.NewRequestWithContext(t.Context(), http.MethodGet, getPath, http.NoBody))
	var answer struct{ AccessToken string }
	if err := json.NewDecoder(got.Result().Body).Decode(&answer); err != nil || got.Code != http.StatusOK {
		t.Fatalf("%d, %v", got.Code, err)
	}
	if kind := got.Header().Get("Content-Type"); kind != "application/json" {
		t.Errorf("its type is %q", kind)
	}
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, sandbox.ResourcePath(service), http.NoBody)
	req.Header.Set("x-sandbox-app-auth", "Bearer "+answer.AccessToken)
	g.box.ServeHTTP(httptest.NewRecorder(), req)
	if g.box.Opened(service) != 1 {
		t.Error("the token opens nothing")
	}
	if g.box.Requests(service) != 1 {
		t.Errorf("the endpoint was asked %d times", g.box.Requests(service))
	}
}

func TestOursAndFloorDifferInNameOnly(t *testing.T) {
	t.Parallel()
	e := endpoint{clientID: "id", tokenURL: "http://127.0.0.1/token"}
	for _, kind := range []string{dataKind, ephemeralKind} {
		ours, floor := tokens(ourName, kind, 7, e), tokens(floorName, kind, 7, e)
		renamed := strings.ReplaceAll(floor, `source = "apitoken/floor"`, `source = "apitoken/apitoken"`)
		renamed = strings.NewReplacer("floor = {", "apitoken = {", `"floor"`, `"apitoken"`, "floor_", "apitoken_").Replace(renamed)
		if renamed != ours {
			t.Errorf("they differ:\n%s\n%s", ours, floor)
		}
		if !strings.Contains(ours, kind+` "apitoken_emtech" "this" {`) || !strings.Contains(ours, "count = 7") {
			t.Errorf("it has no 7 references of kind %s:\n%s", kind, ours)
		}
	}
}

func TestOthers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind  string
		count int
		post  bool
		want  string
	}{
		{dataKind, 1, false, "floor, quiet floor <= 1.020, http GET <= 1.000"},
		{dataKind, 1, true, "floor, quiet floor <= 1.020, http POST <= 1.000"},
		{dataKind, 100, true, "floor, quiet floor"},
		{dataKind, 1000, true, "floor, quiet floor <= 1.100"},
		{ephemeralKind, 1, false, "floor, quiet floor <= 1.020"},
	} {
		g := &rig{box: sandbox.New(), httpPost: c.post, binaries: perProvider[string]{floor: "floor"}, http: "http"}
		var names []string
		for _, other := range g.others(c.kind, c.count) {
			name := other.name
			if other.aim > 0 {
				name += " <= " + ratio(other.aim)
			}
			names = append(names, name)
			if fromRegistry := other.binary == ""; fromRegistry != (other.name == "http POST") {
				t.Errorf("%s comes from a registry: %v", other.name, fromRegistry)
			}
			if quietly := other.env["TF_LOG_SDK"] == "off"; quietly != (other.name == "quiet floor") {
				t.Errorf("%s has its log off: %v", other.name, quietly)
			}
		}
		if got := strings.Join(names, ", "); got != c.want {
			t.Errorf("%d of %s: got %s, want %s", c.count, c.kind, got, c.want)
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

func TestNotesSayWhatTheHTTPProviderDid(t *testing.T) {
	t.Parallel()
	for post, want := range map[bool]string{false: "1.2.0", true: "posts the same request"} {
		if notes := strings.Join((&rig{httpPost: post}).notes(), "\n"); !strings.Contains(notes, want) {
			t.Errorf("%q is missing in %s", want, notes)
		}
	}
}

func TestReadHandshake(t *testing.T) {
	t.Parallel()
	got, err := readHandshake(strings.NewReader("1|6|unix|/tmp/plugin1|grpc|\n"))
	if want := (plugin{network: "unix", address: "/tmp/plugin1"}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	for _, line := range []string{"", "\n", "This binary is a plugin.\n", "1|5|unix|/tmp/plugin1|grpc|\n", "1|6|unix|/tmp/plugin1|netrpc|\n"} {
		if _, err := readHandshake(strings.NewReader(line)); err == nil {
			t.Errorf("%q is taken for a greeting", line)
		}
	}
}

func TestWithoutLogSettings(t *testing.T) {
	t.Parallel()
	got := withoutLogSettings([]string{"HOME=/h", "TF_LOG=TRACE", "TF_LOG_SDK=off", "TF_DATA_DIR=d"})
	if want := []string{"HOME=/h", "TF_DATA_DIR=d"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A gRPC server that is none of ours, as far as a CLI's call goes.
func TestCall(t *testing.T) {
	t.Parallel()
	status := "0"
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != "\x00\x00\x00\x00\x00" || r.URL.Path != "/"+schemaMethod || r.ProtoMajor != 2 {
			t.Errorf("got %s %s with %q, %v", r.Proto, r.URL.Path, body, err)
		}
		w.Header().Set("Trailer", "Grpc-Status")
		w.WriteHeader(http.StatusOK)
		w.Header().Set("Grpc-Status", status)
	}))
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	t.Cleanup(server.Close)
	p := plugin{network: "tcp", address: server.Listener.Addr().String()}
	if err := p.call(t.Context(), schemaMethod); err != nil {
		t.Error(err)
	}
	status = "13"
	if err := p.call(t.Context(), schemaMethod); err == nil || !strings.Contains(err.Error(), `"13"`) {
		t.Errorf("got %v, want one with the status", err)
	}
}
