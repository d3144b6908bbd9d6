package diagnostic

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/program"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// clientIn returns a client that runs in an environment.
func clientIn(t *testing.T, environment map[string]string) *token.Client {
	t.Helper()
	runtime := testRuntime()
	runtime.Getenv = func(name string) string { return environment[name] }
	return clientWith(t, quickTransport(), runtime)
}

// exchangeOf sends what a source gives as subject_token.
func exchangeOf(url string, from source.Source) *exchange {
	x := testExchange(url)
	x.Request.Sources = map[string]source.Source{"subject_token": from}
	return x
}

// subjectTokens answers with a status each and keeps the subject tokens it saw.
func subjectTokens(t *testing.T, statuses ...int) (url string, seen *[]string) {
	t.Helper()
	seen = new([]string)
	url, _ = tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		*seen = append(*seen, r.PostFormValue("subject_token"))
		status := http.StatusOK
		if len(*seen) <= len(statuses) {
			status = statuses[len(*seen)-1]
		}
		tokentest.AnswerWith(status, "application/json", goodAnswer)(w, r)
	})
	return url, seen
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestSourceValues(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	writeFile(t, file, "\n  from+file/=\r\n")
	environment := map[string]string{
		"MY_TOKEN":                          " from env\n",
		"TFC_WORKLOAD_IDENTITY_TOKEN":       "from.hcp.terraform",
		"TFC_WORKLOAD_IDENTITY_TOKEN_VAULT": "from.hcp.vault",
	}
	type row struct {
		source source.Source
		want   string
	}
	tokentest.Each(t, map[string]row{
		"value":                {source.Value{Secret: said.NewSecret(" as it is ")}, " as it is "},
		"file":                 {source.File{Name: file}, "from+file/="},
		"env":                  {source.Env{Name: "MY_TOKEN"}, "from env"},
		"HCP Terraform":        {source.HCPTerraform{}, "from.hcp.terraform"},
		"HCP Terraform, a tag": {source.HCPTerraform{Tag: "VAULT"}, "from.hcp.vault"},
	}, func(t *testing.T, tc row) {
		endpoint, seen := subjectTokens(t)
		if _, err := do(t, clientIn(t, environment), exchangeOf(endpoint, tc.source)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{tc.want}, *seen); diff != "" {
			t.Error(diff)
		}
	})
}

func TestSourceMissing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty")
	writeFile(t, empty, " \r\n\t")
	large := filepath.Join(dir, "large")
	writeFile(t, large, strings.Repeat("a", 1<<20+1))
	marked := filepath.Join(dir, "marked")
	writeFile(t, marked, "\ufeff \u200b\r\n")
	for name, tc := range map[string]struct {
		source source.Source
		want   []string
	}{
		"no such file":         {source.File{Name: filepath.Join(dir, "none")}, []string{filepath.Join(dir, "none"), "no such file"}},
		"an empty file":        {source.File{Name: empty}, []string{empty, "is empty"}},
		"a directory":          {source.File{Name: dir}, []string{dir, "it is a directory"}},
		"a large file":         {source.File{Name: large}, []string{large, "is larger than 1 MiB"}},
		"a home directory":     {source.File{Name: "~/none"}, []string{"~/none", "pathexpand"}},
		"a variable":           {source.File{Name: "$CI_DIR/none"}, []string{"$CI_DIR/none", "Nothing replaces $CI_DIR in it", "TF_VAR_"}},
		"a byte order mark":    {source.File{Name: marked}, []string{marked, "is empty"}},
		"a device":             {source.File{Name: os.DevNull}, []string{os.DevNull, "is empty"}},
		"no path":              {source.File{}, []string{"no such file"}},
		"no variable":          {source.Env{Name: "MY_TOKEN"}, []string{"MY_TOKEN is not set"}},
		"an empty variable":    {source.Env{Name: "BLANK"}, []string{"BLANK is not set"}},
		"not in HCP Terraform": {source.HCPTerraform{}, []string{"TFC_WORKLOAD_IDENTITY_TOKEN is not set", "TFC_WORKLOAD_IDENTITY_AUDIENCE"}},
		"another tag":          {source.HCPTerraform{Tag: "TOKEN_2"}, []string{"TFC_WORKLOAD_IDENTITY_TOKEN_TOKEN_2 is not set", "TFC_WORKLOAD_IDENTITY_AUDIENCE_TOKEN_2"}},
		"no URL of GitHub":     {source.GitHubActions{Audience: "a"}, []string{"ACTIONS_ID_TOKEN_REQUEST_URL", "id-token: write"}},
	} {
		for place, put := range map[string]func(*exchange){
			"form field": func(x *exchange) { x.Request.Sources = map[string]source.Source{"assertion": tc.source} },
			"client":     func(x *exchange) { x.Request.Auth = token.ClientAssertion{ID: testID, Assertion: tc.source} },
		} {
			t.Run(name+", "+place, func(t *testing.T) {
				t.Parallel()
				endpoint, requests := tokentest.Serve(t, tokentest.AnswerWith(http.StatusOK, "application/json", goodAnswer))
				x := testExchange(endpoint)
				put(x)
				environment := map[string]string{"BLANK": " \n", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": runnerToken}
				_, err := do(t, clientIn(t, environment), x)
				e := wantError(t, err, token.KindSource)
				wantSaid(t, e.Problem, tc.want, nil)
				tokentest.WantCount(t, requests(), 0)
			})
		}
	}
}

// What has no value is named, and how one configuration serves other machines too.
func TestMissingSourceNamesItsAttribute(t *testing.T) {
	t.Parallel()
	const elsewhere = " = null, for example by a variable, and another source."
	type row struct {
		parameter string
		source    source.Source
		says      []string
	}
	tokentest.Each(t, map[string]row{
		"GitHub":        {"subject_token", source.GitHubActions{}, []string{"subject_token.github_actions has no value: ACTIONS_ID", "On other machines, set subject_token.github_actions" + elsewhere}},
		"HCP Terraform": {"assertion", source.HCPTerraform{}, []string{"assertion.hcp_terraform has no value: the environment variable TFC", "On other machines, set assertion.hcp_terraform" + elsewhere}},
		"a variable":    {"actor_token", source.Env{Name: "NONE"}, []string{"actor_token.env has no value: the environment variable NONE is not set"}},
		"a file":        {"subject_token", source.File{Name: "/nonexistent/fake"}, []string{"subject_token.file has no value: the file /nonexistent/fake cannot be read"}},
		"a client's":    {"client_assertion", source.Env{Name: "NONE"}, []string{"client_assertion.env has no value"}},
	}, func(t *testing.T, tc row) {
		x := exchangeOf(tokenURL, tc.source)
		x.Request.Sources = map[string]source.Source{tc.parameter: tc.source}
		if tc.parameter == "client_assertion" {
			x.Request.Sources, x.Request.Auth = nil, token.ClientAssertion{ID: testID, Assertion: tc.source}
		}
		_, err := do(t, clientIn(t, nil), x)
		wantSaid(t, wantError(t, err, token.KindSource).Error(), tc.says, nil)
	})
}

// CI systems and clusters replace token files, so each request and each attempt
// of one takes what is there.
func TestSourceFileIsReadAnew(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	writeFile(t, file, "one")
	endpoint, seen := subjectTokens(t)
	client, x := newTestClient(t, quickTransport()), exchangeOf(endpoint, source.File{Name: file})
	if _, err := do(t, client, x); err != nil {
		t.Fatal(err)
	}
	// As the kubelet does it: another file takes the name.
	next := file + ".next"
	writeFile(t, next, "two")
	if err := os.Rename(next, file); err != nil {
		t.Fatal(err)
	}
	if _, err := do(t, client, x); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"one", "two"}, *seen); diff != "" {
		t.Error(diff)
	}
}

func TestSourceFileIsReadAnewByEachAttempt(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	writeFile(t, file, "one")
	var seen []string
	endpoint, _ := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.PostFormValue("subject_token"))
		if len(seen) == 1 {
			writeFile(t, file, "two")
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		tokentest.AnswerWith(http.StatusOK, "application/json", goodAnswer)(w, r)
	})
	if _, err := do(t, newTestClient(t, quickTransport()), exchangeOf(endpoint, source.File{Name: file})); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"one", "two"}, seen); diff != "" {
		t.Error(diff)
	}
}

// A file that goes away between two attempts ends the request with its reason.
func TestSourceGoneBetweenAttempts(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	writeFile(t, file, "one")
	endpoint, requests := tokentest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if err := os.Remove(file); err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusBadGateway)
	})
	_, err := do(t, newTestClient(t, quickTransport()), exchangeOf(endpoint, source.File{Name: file}))
	if e := wantError(t, err, token.KindSource); !strings.Contains(e.Problem, "no such file") || requests() != 1 {
		t.Errorf("%d requests, error %v", requests(), err)
	}
}

// Some endpoints repeat the assertion that they refuse.
func TestSourceIsNotRepeatedByErrors(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	writeFile(t, file, "hush-from-file-hush")
	environment := map[string]string{"MY_TOKEN": "hush-from-env-hush", "TFC_WORKLOAD_IDENTITY_TOKEN": "hush-from-hcp-hush"}
	for name, from := range map[string]source.Source{
		"value":         source.Value{Secret: said.NewSecret("hush-from-value-hush")},
		"file":          source.File{Name: file},
		"env":           source.Env{Name: "MY_TOKEN"},
		"HCP Terraform": source.HCPTerraform{},
		"signed":        source.Signed{Secret: said.NewSecret(strings.Repeat("k", 32)), Claims: said.NewSecret(`{"note":"hush-in-claims-hush"}`)},
	} {
		for _, field := range []string{"subject_token", "client_assertion"} {
			t.Run(name+", "+field, func(t *testing.T) {
				t.Parallel()
				var sent string
				endpoint, _ := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
					sent = r.PostFormValue(field)
					said := sent
					if _, claims, err := answer.DecodeJWT(sent); err == nil {
						said += fmt.Sprint(", note: ", claims["note"])
					}
					tokentest.AnswerWith(http.StatusBadRequest, "application/json", `{"error":"invalid_grant","error_description":"not good: `+said+`"}`)(w, r)
				})
				x := exchangeOf(endpoint, from)
				if field == "client_assertion" {
					x.Request.Sources, x.Request.Auth = nil, token.ClientAssertion{ID: testID, Assertion: from}
				}
				_, err := do(t, clientIn(t, environment), x)
				e := wantError(t, err, token.KindRefused)
				if sent == "" || strings.Contains(e.Error(), sent[:min(len(sent), 40)]) || strings.Contains(e.Error(), "hush") {
					t.Errorf("error repeats what was sent: %v", err)
				}
			})
		}
	}
}

// What a file or a variable holds is not sent if it cannot be an assertion.
func TestSourceThatIsNotSent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	private, lines, binary := filepath.Join(dir, "private"), filepath.Join(dir, "lines"), filepath.Join(dir, "binary")
	key := testkeys.PKCS8(t, testkeys.Ed25519(t))
	writeFile(t, private, key)
	writeFile(t, lines, "fake-a\u2028fake-b")
	writeFile(t, binary, "fake\x00\x01\xff")
	environment := map[string]string{"PRIVATE": key, "TFC_WORKLOAD_IDENTITY_TOKEN_KEY": key, "LINES": "fake-a\nfake-b"}
	type row struct {
		source source.Source
		want   []string
	}
	tokentest.Each(t, map[string]row{
		"a private key":         {source.File{Name: private}, []string{private, "it is a private key", "signed = { private_key_pem = … }"}},
		"a private key, env":    {source.Env{Name: "PRIVATE"}, []string{"PRIVATE cannot be used: it is a private key"}},
		"a private key, HCP":    {source.HCPTerraform{Tag: "KEY"}, []string{"TFC_WORKLOAD_IDENTITY_TOKEN_KEY cannot be used: it is a private key"}},
		"two lines":             {source.File{Name: lines}, []string{lines, "it has a character that cannot be seen (U+2028)"}},
		"two lines, env":        {source.Env{Name: "LINES"}, []string{"LINES cannot be used: it has a line break"}},
		"what is not text":      {source.File{Name: binary}, []string{binary, "it has a character that cannot be seen (U+0000)"}},
		"a token as a path":     {source.File{Name: "ghs_fakeFAKE0123456789fake"}, []string{"the file (sensitive) cannot be read"}},
		"a token as a variable": {source.Env{Name: "ghs_fakeFAKE0123456789fake"}, []string{"variable (sensitive) is not set"}},
	}, func(t *testing.T, tc row) {
		endpoint, seen := subjectTokens(t)
		_, err := do(t, clientIn(t, environment), exchangeOf(endpoint, tc.source))
		e := wantError(t, err, token.KindSource)
		wantSaid(t, e.Error(), tc.want, nil)
		if len(*seen) > 0 || strings.Contains(e.Error(), "FAKE0123") || strings.Contains(e.Error(), "BEGIN") {
			t.Errorf("it was sent, or is repeated: %v", e)
		}
	})
}

// A JWT that cannot be signed names the attribute to change, and shows nothing of a key, a
// secret, or what a signer prints.
func TestUnsignedNamesItsAttribute(t *testing.T) {
	t.Parallel()
	hush := said.NewSecret("hush-hush-hush-hush")
	client := func(s source.Signed) func(x *exchange) {
		return func(x *exchange) {
			x.Request.Sources, x.Request.Auth = nil, token.ClientAssertion{ID: testID, Assertion: s}
		}
	}
	grant := func(s source.Signed) func(x *exchange) {
		return func(x *exchange) { x.Request.Sources = map[string]source.Source{"assertion": s} }
	}
	signer := source.Signed{Signer: []string{"sign-it", "hush-hush-hush-hush"}, Algorithm: "ES256"}
	failed := func(p program.Problem) *program.Error {
		return &program.Error{Problem: p, Status: 3, LastLine: said.NewForeign("no key 7 for hush-hush-hush-hush"), Printed: hush}
	}
	for name, tc := range map[string]struct {
		put     func(x *exchange)
		printed string
		failed  *program.Error
		want    string
	}{
		"a key":               {grant(source.Signed{Key: hush}), "", nil, "the JWT cannot be signed: private_key_pem cannot be used: it "},
		"a secret":            {grant(source.Signed{Secret: hush, Algorithm: "ES256"}), "", nil, "the JWT cannot be signed: signing_algorithm cannot be used: it does not fit a shared secret"},
		"claims":              {grant(source.Signed{Secret: hush, Claims: said.NewSecret("hush-hush-hush-hush")}), "", nil, "claims cannot be used: it is not a JSON object; write it with jsonencode"},
		"a header":            {client(source.Signed{Secret: hush, Header: said.NewSecret(`{"alg":"hush-hush-hush-hush"}`)}), "", nil, `header cannot be used: its alg is not "HS256"`},
		"a signature":         {grant(signer), "hush-hush-hush-hush", nil, "signer cannot be used: it printed 14 bytes, which are neither the 64 bytes of a signature of ES256 nor one in DER; if its key is of another kind, correct signing_algorithm"},
		"a client's signer":   {client(signer), "hush hush!", nil, "signer cannot be used: it printed a text that is not base64"},
		"a signer that fails": {grant(signer), "hush", failed(program.Failed), "the JWT cannot be signed: the program sign-it ended with exit status 3"},
		"its last line":       {grant(signer), "", failed(program.Failed), "The program said: no key 7 for "},
		"one that is missing": {client(signer), "", failed(program.NotFound), "the JWT cannot be signed: the program sign-it was not found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := exchangeOf(tokenURL, source.Env{})
			tc.put(x)
			runtime := testRuntime()
			runtime.Program = func(context.Context, []string, []byte, time.Duration) ([]byte, error) {
				if tc.failed != nil {
					return nil, tc.failed
				}
				return []byte(tc.printed), nil
			}
			_, err := do(t, clientWith(t, quickTransport(), runtime), x)
			wantSaid(t, wantError(t, err, token.KindSource).Error(), []string{tc.want}, []string{"hush"})
		})
	}
}
