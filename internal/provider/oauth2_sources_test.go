package provider_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// noCI unsets the environment variables of CI systems.
func noCI(t *testing.T) {
	t.Helper()
	for _, name := range []string{
		"ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "TFC_WORKLOAD_IDENTITY_TOKEN", "TFC_WORKLOAD_IDENTITY_TOKEN_FAKE",
	} {
		t.Setenv(name, "")
	}
}

// sourcedAt is a provider block with the set of sourcedSet.
func (a *authServer) sourcedAt(name string, source object) object {
	return object{"oauth2": object{"the-set": a.sourcedSet(name, source)}, "transport": hurried()}
}

// sourcedSet is a set, at the server, that has a source of that name.
func (a *authServer) sourcedSet(name string, source object) object {
	set := sourced(name, source).and(object{"token_url": a.web.URL + "/token"})
	if name == "subject_token" {
		set = set.and(object{"actor_token": nil, "actor_token_type": nil})
	}
	return set
}

// A source without a value is one error, which says where it looked. No token is
// requested.
func TestSourceGivesNothing(t *testing.T) {
	noEnvironment(t)
	noCI(t)
	missing, empty := filepath.Join(t.TempDir(), "missing"), filepath.Join(t.TempDir(), "empty")
	clitest.OK(t, os.WriteFile(empty, []byte(" \n"), 0o600))
	cases := []struct {
		name   string
		source object
		says   []string
	}{
		{"missing file", object{"file": missing}, []string{missing, "there is no such file"}},
		{"empty file", object{"file": empty}, []string{empty, "is empty"}},
		{"directory", object{"file": filepath.Dir(empty)}, []string{filepath.Dir(empty), "cannot be read"}},
		{"missing variable", object{"env": "FAKE_MISSING"}, []string{"FAKE_MISSING is not set"}},
		{
			"not in HCP Terraform",
			object{"hcp_terraform": object{}},
			[]string{"TFC_WORKLOAD_IDENTITY_TOKEN is not set", "TFC_WORKLOAD_IDENTITY_AUDIENCE"},
		},
		{
			"no such tag",
			object{"hcp_terraform": object{"tag": "FAKE"}},
			[]string{"TFC_WORKLOAD_IDENTITY_TOKEN_FAKE is not set", "TFC_WORKLOAD_IDENTITY_AUDIENCE_FAKE"},
		},
		{
			"not in GitHub Actions",
			object{"github_actions": object{}},
			[]string{"ACTIONS_ID_TOKEN_REQUEST_URL", "id-token: write"},
		},
	}
	a := newAuthServer(t)
	for _, c := range cases {
		for _, name := range sourceNames() {
			for _, k := range kinds() {
				t.Run(c.name+"/"+name+"/"+string(k), func(t *testing.T) {
					_, diags := configured(t, a.sourcedAt(name, c.source)).ask(t.Context(), k, "oauth2", nil)
					got := onlyError(t, diags)
					if got.Summary != "No value for an assertion or a token" {
						t.Errorf("the summary is %q", got.Summary)
					}
					checkSays(t, got.Detail, append(c.says, "Service oauth2", `credential set "the-set"`))
				})
			}
		}
	}
	if n := len(a.asked()); n != 0 {
		t.Errorf("it was asked %d times", n)
	}
}

// github serves OIDC tokens as GitHub Actions does, and refuses other bearers.
func github(t *testing.T, status int) {
	t.Helper()
	web := newWeb(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status != http.StatusOK || r.Header.Get("Authorization") != "Bearer fake-request-token" {
			w.WriteHeader(status)
			return
		}
		_, _ = w.Write([]byte(`{"value":"fake-oidc-of-` + r.URL.Query().Get("audience") + `-` + r.URL.Query().Get("api-version") + `"}`)) //nolint:gosec // no browser reads it
	}))
	// It outlives tests that leave no goroutine, so no connection may be kept.
	web.Config.SetKeepAlivesEnabled(false)
	t.Setenv("ACTIONS_ID_TOKEN_REQUEST_URL", web.URL+"/token?api-version=2.0")
	t.Setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "fake-request-token")
}

func TestSourcesReachTheEndpoint(t *testing.T) {
	noEnvironment(t)
	noCI(t)
	github(t, http.StatusOK)
	t.Setenv("FAKE_TOKEN", "fake-of-env\n")
	t.Setenv("TFC_WORKLOAD_IDENTITY_TOKEN", "fake-of-hcp")
	t.Setenv("TFC_WORKLOAD_IDENTITY_TOKEN_FAKE", "fake-of-hcp-tag")
	file := filepath.Join(t.TempDir(), "token")
	clitest.OK(t, os.WriteFile(file, []byte("fake-of-file\n"), 0o600))
	cases := []struct {
		name   string
		source object
		want   string
	}{
		{"value", object{"value": "fake-given-token"}, "fake-given-token"},
		{"file", object{"file": file}, "fake-of-file"},
		{"env", object{"env": "FAKE_TOKEN"}, "fake-of-env"},
		{"github_actions", object{"github_actions": object{"audience": "fake"}}, "fake-oidc-of-fake-2.0"},
		{"github_actions, default", object{"github_actions": object{}}, "fake-oidc-of--2.0"},
		{"hcp_terraform", object{"hcp_terraform": object{}}, "fake-of-hcp"},
		{"hcp_terraform, tag", object{"hcp_terraform": object{"tag": "FAKE"}}, "fake-of-hcp-tag"},
	}
	for _, c := range cases {
		for _, name := range sourceNames() {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				a := newAuthServer(t)
				configured(t, a.sourcedAt(name, c.source)).token(dataSource, "oauth2", nil)
				if got := a.asked()[0].form.Get(name); got != c.want {
					t.Errorf("it was sent %q, want %q", got, c.want)
				}
			})
		}
	}
}

// A file that is replaced, as clusters and CI systems do, is read again.
func TestSourceFileIsReadAnew(t *testing.T) {
	noEnvironment(t)
	a := newAuthServer(t)
	file := filepath.Join(t.TempDir(), "token")
	p := configured(t, a.sourcedAt("assertion", object{"file": file}))
	for i, content := range []string{"fake-first", "fake-second"} {
		clitest.OK(t, os.WriteFile(file, []byte(content), 0o600))
		p.token(dataSource, "oauth2", object{"audience": content}) // another token each time
		if got := a.asked()[i].form.Get("assertion"); got != content {
			t.Errorf("it was sent %q", got)
		}
	}
}

// A refusal by GitHub is one error, without the token of the job.
func TestGitHubRefuses(t *testing.T) {
	noEnvironment(t)
	noCI(t)
	github(t, http.StatusForbidden)
	a := newAuthServer(t)
	p := configured(t, a.sourcedAt("subject_token", object{"github_actions": object{}}))
	_, diags := p.ask(t.Context(), dataSource, "oauth2", nil)
	checkSays(t, onlyError(t, diags).Detail, []string{
		"Service oauth2", `credential set "the-set"`, "GitHub Actions' token service", "HTTP 403", "id-token: write",
	})
	if strings.Contains(say(diags), "fake-request-token") {
		t.Errorf("it tells the job's token:\n%s", say(diags))
	}
	if n := len(a.asked()); n != 0 {
		t.Errorf("it was asked %d times", n)
	}
}

// A JWT is signed as the set and the source say, as a grant and as client
// authentication.
func TestSignedReachesTheEndpoint(t *testing.T) {
	noEnvironment(t)
	k := newKeys(t)
	source := object{"signed": object{"private_key_pem": k.ec, "key_id": "k1", "claims": `{"sub":"fake-person"}`}}
	for _, name := range []string{"assertion", "client_assertion"} {
		t.Run(name, func(t *testing.T) {
			a := newAuthServer(t)
			configured(t, a.sourcedAt(name, source)).token(dataSource, "oauth2", nil)
			header, claims, err := answer.DecodeJWT(a.asked()[0].form.Get(name))
			if err != nil {
				t.Fatal(err)
			}
			if header["alg"] != "ES256" || header["kid"] != "k1" {
				t.Errorf("the header is %v", header)
			}
			if claims["iss"] != "fake-id" || claims["sub"] != "fake-person" || claims["aud"] != a.web.URL+"/token" {
				t.Errorf("the claims are %v", claims)
			}
		})
	}
}
