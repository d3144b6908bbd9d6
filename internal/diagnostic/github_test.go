package diagnostic

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// The request token of the runner and the identity token it gets, made up.
const (
	runnerToken   = "runner-request-token-made-up"
	identityToken = "header.claims.signature"
)

// gitHub answers as GitHub documents its token service: a GET with the request
// token as bearer, the audience added to a URL that has a query already.
func gitHub(t *testing.T, wantAudience []string) (environment map[string]string, requests func() int) {
	t.Helper()
	url, requests := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		scheme, sent, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		query := r.URL.Query()
		switch {
		case r.Method != http.MethodGet, r.URL.EscapedPath() != "/_apis/jobs/a%2Fb/idtoken":
			w.WriteHeader(http.StatusNotFound)
		case !strings.EqualFold(scheme, "bearer") || sent != runnerToken:
			tokentest.AnswerWith(http.StatusUnauthorized, "application/json", `{"message":"`+sent+` is not valid"}`)(w, r)
		case query.Get("api-version") != "2.0" || query.Get("x") != "1 2":
			w.WriteHeader(http.StatusBadRequest)
		default:
			if got := query["audience"]; !slices.Equal(got, wantAudience) {
				t.Errorf("audience = %q", got)
			}
			if r.ContentLength > 0 || r.Header.Get("Content-Type") != "" {
				t.Error("a GET with a body")
			}
			tokentest.AnswerWith(http.StatusOK, "application/json; charset=utf-8", `{"count":1857,"value":"`+identityToken+`"}`)(w, r)
		}
	})
	return map[string]string{
		"ACTIONS_ID_TOKEN_REQUEST_URL":   url + "/_apis/jobs/a%2Fb/idtoken?api-version=2.0&x=1%202",
		"ACTIONS_ID_TOKEN_REQUEST_TOKEN": runnerToken,
	}, requests
}

func TestGitHubActions(t *testing.T) {
	t.Parallel()
	type row struct {
		audience string
		want     []string
	}
	tokentest.Each(t, map[string]row{
		"its own audience":                 {"", nil},
		"an audience":                      {"https://auth.example.com", []string{"https://auth.example.com"}},
		"an audience that must be escaped": {"api://a b&c=d#ü", []string{"api://a b&c=d#ü"}},
	}, func(t *testing.T, tc row) {
		environment, requests := gitHub(t, tc.want)
		endpoint, seen := subjectTokens(t, http.StatusInternalServerError)
		if _, err := do(t, clientIn(t, environment), exchangeOf(endpoint, source.GitHubActions{Audience: tc.audience})); err != nil {
			t.Fatal(err)
		}
		// One for the attempt that fails, one for the next.
		if len(*seen) != 2 || (*seen)[1] != identityToken || requests() != 2 {
			t.Errorf("sent %q after %d requests to GitHub", *seen, requests())
		}
	})
}

func TestGitHubActionsFails(t *testing.T) {
	t.Parallel()
	type row struct {
		answer   http.HandlerFunc
		token    string
		kind     token.Kind
		want     string
		requests int
	}
	tokentest.Each(t, map[string]row{
		"401":             {tokentest.AnswerWith(http.StatusUnauthorized, "application/json", `{"message":"runner-request-token-made-up is expired"}`), runnerToken, token.KindRefused, "HTTP 401", 1},
		"500":             {tokentest.AnswerWith(http.StatusInternalServerError, "text/plain", runnerToken), runnerToken, token.KindRefused, "HTTP 500", 3},
		"no value":        {tokentest.AnswerWith(http.StatusOK, "application/json", `{"count":0}`), runnerToken, token.KindAnswer, `there is nothing at "value"`, 1},
		"HTML":            {tokentest.AnswerWith(http.StatusOK, "text/html", "<html>"), runnerToken, token.KindAnswer, "HTML", 1},
		"a redirect":      {http.RedirectHandler("https://elsewhere.example.com/", http.StatusFound).ServeHTTP, runnerToken, token.KindRedirect, "https://elsewhere.example.com", 1},
		"no bearer":       {nil, "", token.KindSource, "ACTIONS_ID_TOKEN_REQUEST_TOKEN", 0},
		"value no string": {tokentest.AnswerWith(http.StatusOK, "application/json", `{"value":{"a":1}}`), runnerToken, token.KindAnswer, "no token", 1},
	}, func(t *testing.T, tc row) {
		service, requests := tokentest.Serve(t, tc.answer)
		environment := map[string]string{"ACTIONS_ID_TOKEN_REQUEST_URL": service + "?api-version=2.0", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": tc.token}
		endpoint, seen := subjectTokens(t)
		_, err := do(t, clientIn(t, environment), exchangeOf(endpoint, source.GitHubActions{Audience: "a"}))
		e := wantError(t, err, tc.kind)
		if !strings.Contains(e.Error(), tc.want) || strings.Contains(e.Error(), runnerToken) {
			t.Errorf("error = %v, want %q in it", err, tc.want)
		}
		if tc.requests > 0 && (e.Purpose.String() != "GitHub Actions' token service" || "http://"+e.Exchange.Host() != service) {
			t.Errorf("error names %s at %s", e.Purpose.String(), e.Exchange.Host())
		}
		if requests() != tc.requests || len(*seen) != 0 {
			t.Errorf("%d requests to GitHub, %d to the token endpoint", requests(), len(*seen))
		}
	})
}

// A URL that cannot be used is that of the variable, which no setting allows.
func TestGitHubActionsURL(t *testing.T) {
	t.Parallel()
	for location, want := range map[string]string{
		"http://github.example.com/token?a=b": "http://", "github.example.com": "URL", "https://a b.example.com": "URL", "https://%zz": "URL", "https://me:hush@github.example.com": "user name",
	} {
		environment := map[string]string{"ACTIONS_ID_TOKEN_REQUEST_URL": location, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": runnerToken}
		_, err := do(t, clientIn(t, environment), exchangeOf(tokenURL, source.GitHubActions{}))
		wantSaid(t, wantError(t, err, token.KindSource).Error(), []string{
			"subject_token.github_actions has no value: the environment variable ACTIONS_ID_TOKEN_REQUEST_URL cannot be used: ", want, "set subject_token.github_actions = null",
		}, []string{"allow_http", "hush", runnerToken})
	}
}

// The advice for the token endpoint's credentials does not help with GitHub's.
func TestGitHubActionsAdvice(t *testing.T) {
	t.Parallel()
	for status, tc := range map[int]struct {
		kind   token.Kind
		advice string
	}{
		http.StatusUnauthorized: {token.KindRefused, "It is only valid while the job runs."},
		http.StatusForbidden:    {token.KindRefused, "id-token: write. If it has that, run the job again"},
		http.StatusOK:           {token.KindAnswer, "Check that ACTIONS_ID_TOKEN_REQUEST_URL is"},
	} {
		service, _ := tokentest.Serve(t, tokentest.AnswerWith(status, "application/json", "{}"))
		environment := map[string]string{"ACTIONS_ID_TOKEN_REQUEST_URL": service, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": runnerToken}
		_, err := do(t, clientIn(t, environment), exchangeOf(tokenURL, source.GitHubActions{}))
		e := wantError(t, err, tc.kind)
		if !strings.Contains(e.Advice, tc.advice) || strings.Contains(e.Advice, "client_secret") || strings.Contains(e.Advice, "token_url") {
			t.Errorf("advice = %q", e.Advice)
		}
	}
}
