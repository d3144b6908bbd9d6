package main

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

func TestConfiguration(t *testing.T) {
	t.Parallel()
	list := []service{
		{Name: "emporix", TokenURL: "http://token", ResourceURL: "http://resource"},
		{Name: "oauth2", TokenURL: "http://token", ResourceURL: "http://resource", Encoding: "raw"},
		{Name: "custom", TokenURL: "http://token", ResourceURL: "http://resource"},
	}
	for name, ephemeral := range map[string]bool{"both kinds": true, "data sources only": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := configuration(settings{Services: list, Ephemeral: ephemeral})
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]int{
				`data "apitoken_emporix" "this"`:          1,
				`data.apitoken_oauth2.this.headers`:       1,
				`basic_encoding = "raw"`:                  1,
				`url  = "http://token"`:                   1,
				`sensitive = true`:                        3,
				`ephemeral = true`:                        0,
				`resource "terraform_data"`:               0,
				`ephemeral.apitoken_emporix.this.header_`: 0,
				`token_store`:                             0,
				`apitoken_proxy`:                          0,
			}
			if ephemeral {
				want[`ephemeral = true`], want[`resource "terraform_data"`] = 3, 3
				want[`ephemeral.apitoken_emporix.this.header_`] = 2
			}
			contains(t, text, want)
		})
	}
}

// contains checks how often each part stands in a text.
func contains(t *testing.T, text string, want map[string]int) {
	t.Helper()
	for part, count := range want {
		if got := strings.Count(text, part); got != count {
			t.Errorf("%q stands in it %d times, not %d:\n%s", part, got, count, text)
		}
	}
}

func TestConfigurationOfStoreAndProxy(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		settings settings
		want     map[string]int
	}{
		"store": {
			settings{Store: "kept"},
			map[string]int{`token_store = { directory = "kept" }`: 1, `data "apitoken_oauth2" "this"`: 1, `apitoken_proxy`: 0},
		},
		"proxy": {
			settings{Proxy: true, Ephemeral: true},
			map[string]int{`upstream = "http://resource"`: 1, `ephemeral.apitoken_proxy.oauth2.access_token`: 1, `data "`: 0, `output`: 0, `token_store`: 0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.settings.Services = []service{{Name: "oauth2", TokenURL: "http://token", ResourceURL: "http://resource"}}
			text, err := configuration(test.settings)
			if err != nil {
				t.Fatal(err)
			}
			contains(t, text, test.want)
		})
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	err := printTable(&out, []row{
		{"emporix", "data", report{Type: "Bearer", Expires: "2030-01-01T00:00:00Z"}, true},
		{"epgl", "data", report{Type: "bearer"}, true},
		{"emporix", "ephemeral", report{Type: "Bearer"}, false},
	})
	want := `
SERVICE   KIND        TYPE     EXPIRES                ACCEPTED
emporix   data        Bearer   2030-01-01T00:00:00Z   yes
emporix   ephemeral   Bearer   unknown                no
epgl      data        bearer   unknown                yes
`
	if err != nil || out.String() != want {
		t.Errorf("error %v, got:\n%s", err, out.String())
	}
}

func TestUnopened(t *testing.T) {
	t.Parallel()
	rows := []row{{service: "emporix", kind: "data", opened: true}, {service: "epgl", kind: "ephemeral"}}
	var shut unopenedError
	if err := unopened(rows); !errors.As(err, &shut) || err.Error() != "not accepted: epgl (ephemeral)" {
		t.Errorf("got error %v", err)
	}
	if err := unopened(rows[:1]); err != nil {
		t.Errorf("got error %v", err)
	}
}

// The tokens of a plan stay on disk, and those of an apply may not.
func TestSearchTokens(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		state, want string
	}{
		"as it is to be":                    {"a-token-of-the-plan", ""},
		"a token of an ephemeral resource":  {"a-token-of-the-plan a-token-of-the-apply", "token of the apply 0 (raw) in terraform.tfstate"},
		"no token, so the search was wrong": {"", "counted 0, want 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			workspace := &clitest.Workspace{Dir: t.TempDir()}
			if err := os.WriteFile(filepath.Join(workspace.Dir, "terraform.tfstate"), []byte(test.state), 0o600); err != nil {
				t.Fatal(err)
			}
			d := &demo{steps: log.New(io.Discard, "", 0), workspace: workspace}
			err := d.searchTokens([]string{"a-token-of-the-plan"}, []string{"a-token-of-the-apply"})
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got error %v, want %q", err, test.want)
			}
		})
	}
}

func TestOpenFromEnvironment(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("x-auth") != "Bearer example" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	for name, value := range map[string]string{
		"DEMO_URL": server.URL, "DEMO_HEADER_NAME": "x-auth", "DEMO_REPORTS": dir,
		"DEMO_TOKEN_TYPE": "Bearer", "DEMO_EXPIRES_AT": "2030-01-01T00:00:00Z",
	} {
		t.Setenv(name, value)
	}

	t.Setenv("DEMO_HEADER_VALUE", "Bearer another")
	err := openFromEnvironment("emtech")
	var status statusError
	if !errors.As(err, &status) || strings.Contains(err.Error(), "another") {
		t.Errorf("got error %v", err)
	}
	if _, err = readReport(dir, "emtech"); err == nil {
		t.Error("there is a report of what was not opened")
	}

	t.Setenv("DEMO_HEADER_VALUE", "Bearer example")
	if err = openFromEnvironment("emtech"); err != nil {
		t.Fatal(err)
	}
	got, err := readReport(dir, "emtech")
	if want := (report{Type: "Bearer", Expires: "2030-01-01T00:00:00Z"}); err != nil || got != want {
		t.Errorf("got %+v, error %v", got, err)
	}
	if entries, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(entries) != 1 {
		t.Errorf("the reports are %v, error %v", entries, err)
	}
}

func TestHideTakesSecretsOut(t *testing.T) {
	t.Parallel()
	server := sandbox.New()
	t.Cleanup(server.Close)
	d := &demo{
		sandboxes: []*sandbox.Server{server},
		places:    map[string]place{"oauth2": {sandbox: server, vendor: "oauth2"}},
	}
	secret := server.Client("oauth2").Secret
	err := d.hide(errors.New("it said " + secret))
	if err == nil || err.Error() != "it said (secret)" {
		t.Error("the secret is still there, or more is gone")
	}
	if d.hide(nil) != nil {
		t.Error("an error of nothing")
	}
}
