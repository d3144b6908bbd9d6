package acceptance

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/google/go-cmp/cmp"
)

// desk issues a token to whoever shows a value in the header X-Value, and says so in it.
// Those who come to /login get a session.
type desk struct {
	mu   sync.Mutex
	log  []string
	seen map[string]bool // the values
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	value := r.Header.Get("X-Value")
	d.seen[value] = true
	d.log = append(d.log, strings.TrimSpace(r.URL.Path+" "+value))
	w.Header().Add("Set-Cookie", "other=1; Path=/")
	w.Header().Add("Set-Cookie", `sid="fake-cookie-token"; HttpOnly`)
	w.Header().Set("X-Token", "fake-header-token")
	switch r.URL.Path {
	case "/xml":
		_, _ = fmt.Fprint(w, "<result><key>fake&amp;xml-token</key></result>")
	case "/text":
		_, _ = fmt.Fprint(w, "fake-text-token\n")
	case "/moved":
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusFound)
	default:
		_, _ = fmt.Fprintf(w, `{"token":"token-for-%s","zone":"eu","expires_in":3600}`, value) //nolint:gosec // no browser reads it
	}
}

// sourceSets are sets of custom, by name: what is in request beside the URL, the path of the
// token, and the token.
var sourceSets = map[string]struct{ path, request, token, want string }{
	"value":       {"/", `sources = { v = { value = "given" } }, headers = { X-Value = "{v}" }`, "token", "token-for-given"},
	"file":        {"/", `sources = { v = { file = "${path.module}/value.txt" } }, headers = { X-Value = "{v}" }`, "token", "token-for-from-file"},
	"file_path":   {"/", `sources = { v = { file = "${path.module}/value.json", path = "a.b" } }, headers = { X-Value = "{v}" }`, "token", "token-for-from-json"},
	"env":         {"/", `sources = { v = { env = "APITOKEN_TEST_VALUE" } }, headers = { X-Value = "{v}" }`, "token", "token-for-from-env"},
	"program":     {"/", `sources = { v = { program = ["printf", "%s", "from-program"] } }, headers = { X-Value = "{v}" }`, "token", "token-for-from-program"},
	"credentials": {"/", `sources = { v = { credentials = "custom.value" } }, headers = { X-Value = "{v}" }`, "token", "token-for-token-for-given"},
	"output":      {"/", `sources = { v = { credentials = "custom.value" } }, headers = { X-Value = "{v.zone}" }`, "token", "token-for-eu"},
	"three":       {"/", `sources = { v = { credentials = "custom.credentials" } }, headers = { X-Value = "{v}" }`, "token", "token-for-token-for-token-for-given"},
	"hmac": {
		"/", `sources = { k = { value = "Jefe" }, v = { hmac = { key = "Jefe", message = "what do ya want for nothing?" } } }, headers = { X-Value = "{v}", X-Key = "{k}" }`,
		"token", "token-for-5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", // RFC 4231, section 4.3
	},
	"header":  {"/", `headers = { X-Value = "h" }`, "header:X-Token", "fake-header-token"},
	"cookie":  {"/", `headers = { X-Value = "c" }`, "cookie:sid", "fake-cookie-token"},
	"regex":   {"/xml", `headers = { X-Value = "r" }`, "regex:<key>([^<]+)</key>", "fake&xml-token"},
	"body":    {"/text", `headers = { X-Value = "b" }`, "body:", "fake-text-token"},
	"moved":   {"/moved", `headers = { X-Value = "m" }`, `cookie:sid", success_statuses = [302], error = "message`, "fake-cookie-token"},
	"command": {"", `program = ["printf", "%s", "{\"token\":\"from-command\"}"]`, "token", "from-command"},
}

// Each source and each path, of both kinds, in one plan and one apply.
func testSources(l *sandboxLab) {
	d := &desk{seen: map[string]bool{}}
	web := httptest.NewServer(d)
	l.T.Cleanup(web.Close)
	l.Write("value.txt", "from-file\r\n")
	l.Write("value.json", `{"a":{"b":"from-json"}}`)
	l.Env["APITOKEN_TEST_VALUE"] = "from-env"
	log := filepath.Join(l.Dir, "logs", "provider.log")
	l.Env["TF_LOG_PROVIDER"], l.Env["TF_LOG_PATH"] = "TRACE", log

	var sets, data, kept, echoed strings.Builder
	names := slices.Sorted(maps.Keys(sourceSets))
	for _, name := range names {
		set := sourceSets[name]
		request := set.request
		if set.path != "" {
			request = fmt.Sprintf("url = %q, ", web.URL+set.path) + request
		}
		outputs := ""
		if set.token == "token" {
			outputs = `, outputs = { zone = "zone || 'none'" }`
		}
		fmt.Fprintf(&sets, "    %s = { request = { %s }, response = { token = \"%s\"%s } }\n", name, request, set.token, outputs)
		fmt.Fprintf(&data, "data \"apitoken_custom\" %[1]q {\n  credentials = %[1]q\n}\n", name)
		fmt.Fprintf(&kept, "ephemeral \"apitoken_custom\" %[1]q {\n  credentials = %[1]q\n}\n", name)
		fmt.Fprintf(&echoed, "%[1]s = ephemeral.apitoken_custom.%[1]s.access_token\n", name)
	}
	l.Configure("terraform {\n  required_providers {\n    apitoken = { source = \"apitoken/apitoken\" }\n  }\n}\nprovider \"apitoken\" {\n  custom = {\n"+sets.String()+"  }\n}\n",
		data.String(), kept.String(), l.Echo("{\n"+echoed.String()+"}"))
	l.Must("plan")
	if diff := cmp.Diff(map[string]int{"/ given": 1, "/ token-for-given": 1}, d.counts("/ given", "/ token-for-given")); diff != "" {
		l.T.Errorf("requests in a plan: %s", diff)
	}
	l.Must("apply", "-auto-approve")
	state, ephemeral := l.State(), l.Echoed()
	for _, name := range names {
		want := sourceSets[name].want
		if got := state["data.apitoken_custom."+name]["access_token"]; got != want {
			l.T.Errorf("data source %s: the token is %v, want %s", name, got, want)
		}
		if got := ephemeral[name]; got != want {
			l.T.Errorf("ephemeral resource %s: the token is %v, want %s", name, got, want)
		}
	}
	text := l.Read(log)
	for _, secret := range []string{"from-file", "from-json", "from-env", "from-program", "from-command", "token-for-", "fake-cookie-token", "5bdcc146bf60754e"} {
		if strings.Contains(text, secret) {
			l.T.Errorf("the log has %s", secret)
		}
	}
}

// counts returns how often each of some requests came.
func (d *desk) counts(requests ...string) map[string]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	found := map[string]int{}
	for _, request := range d.log {
		if slices.Contains(requests, request) {
			found[request]++
		}
	}
	return found
}

// A session that another set needs is ended after what is built on it, and what is not
// known of it yet is named as its own.
func testSetsThatFeedSets(l *sandboxLab) {
	d := &desk{seen: map[string]bool{}}
	web := httptest.NewServer(d)
	l.T.Cleanup(web.Close)
	provider := func(login string) string {
		return fmt.Sprintf(`terraform {
  required_providers {
    apitoken = { source = "apitoken/apitoken" }
  }
}
provider "apitoken" {
  custom = {
    login = {
      request  = { url = "%[1]s/login", headers = { X-Value = %[2]s } }
      response = { token = "token" }
      revoke   = { url = "%[1]s/logout", headers = { X-Value = "{token}" } }
    }
    api = {
      request  = { url = "%[1]s/api", headers = { X-Value = "{login}" }, sources = { login = { credentials = "custom.login" } } }
      response = { token = "token" }
      revoke   = { url = "%[1]s/end", headers = { X-Value = "{login}" } }
    }
  }
}
ephemeral "apitoken_custom" "api" {
  credentials     = "api"
  revoke_on_close = true
}
`, web.URL, login)
	}
	l.Configure(provider(`"me"`), l.Echo("ephemeral.apitoken_custom.api.headers"))
	l.Must("apply", "-auto-approve")
	walk := []string{"/login me", "/api token-for-me", "/end token-for-me", "/logout token-for-me"}
	if diff := cmp.Diff(slices.Concat(walk, walk), d.log); diff != "" {
		l.T.Errorf("the requests of plan and apply: %s", diff)
	}
	l.Configure(provider(`terraform_data.late.id`), "resource \"terraform_data\" \"late\" {}\n", l.Echo("ephemeral.apitoken_custom.api.headers"))
	errors := l.Errors("plan")
	if len(errors) != 1 {
		l.T.Fatalf("there are %d errors", len(errors))
	}
	l.Says(errors[0], `request.headers of the credential set "login" of custom`, "cannot be known before apply")
}
