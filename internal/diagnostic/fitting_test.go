package diagnostic

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// Whatever is refused, the advice to a service's user names no setting that its sets
// do not have, and there is some.
func TestAdviceFitsTheService(t *testing.T) {
	t.Parallel()
	settings := []string{"allow_http", "client_id", "client_secret", "token_url"}
	bodies := []string{"{}", "<html>", "No required SSL certificate was sent", "The SSL certificate error", "Request Header Or Cookie Too Large"}
	for _, code := range []string{"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_target", "use_dpop_nonce"} {
		bodies = append(bodies, fmt.Sprintf(`{"error":%q}`, code))
	}
	for _, status := range advisedStatuses() {
		for _, body := range bodies {
			for _, auth := range []token.ClientAuth{nil, token.ClientSecretPost{ID: testID, Secret: said.NewSecret(testSecret)}} {
				x := testExchange(tokenURL)
				x.Request.Auth, x.Settings, x.Advice = auth, settings, map[int]string{}
				a := newAnswer(x, status, nil, []byte(body), time.Unix(1_700_000_000, 0))
				checkFits(t, fmt.Sprint(status, " ", body), refuse(t, x, a).Advice, settings)
			}
		}
	}
}

// advisedStatuses returns the statuses of refusals that have advice of their own, and one
// that has none.
func advisedStatuses() []int {
	of := []int{418}
	for status := range statuses {
		if status >= http.StatusBadRequest {
			of = append(of, status)
		}
	}
	return of
}

func checkFits(t *testing.T, name, advice string, settings []string) {
	t.Helper()
	for _, setting := range optionalSettings {
		if strings.Contains(advice, setting) && !slices.Contains(settings, setting) {
			t.Errorf("%s: %s", name, advice)
		}
	}
	if strings.Contains(advice, "  ") || strings.TrimSpace(advice) != advice || advice != "" && !strings.HasSuffix(advice, ".") {
		t.Errorf("%s: %q", name, advice)
	}
}

func TestFitting(t *testing.T) {
	t.Parallel()
	fixed := []string{"client_id", "client_secret", "token_url"}
	for advice, want := range map[string]string{
		generalAdvice(401):                               "The endpoint does not accept the credentials. Check client_id, client_secret and token_url of the set. " + notRepeated,
		codeAdvice["invalid_scope"]:                      "A scope is unknown, malformed, or not granted to this client. Check client_id, client_secret and token_url of the set.",
		"Shorten request_headers.":                       "Ask the vendor.",
		"Set client_certificate_pem and client_key_pem.": "Sets of acme have no client certificate. If the vendor requires one, use oauth2 or custom, whose sets can have one.",
		"Run again.":                                     "Run again.",
		"":                                               "",
	} {
		x := testExchange(tokenURL)
		x.Settings = fixed
		if got := fit(x, advice); got != want {
			t.Errorf("%q becomes %q, want %q", advice, got, want)
		}
		if x.Settings = nil; fit(x, advice) != advice {
			t.Errorf("%q is changed", advice)
		}
	}
}

// fit returns an advice as it fits the set of an exchange.
func fit(x *exchange, advice string) string {
	r := &report{e: &token.Error{Exchange: x.plain()}, x: x.plain(), set: x.set()}
	return r.fitting(message{advice: advice})
}

// Who has set an issuer and no token_url is told of the issuer.
func TestAdviceOfADiscoveredEndpoint(t *testing.T) {
	t.Parallel()
	for _, status := range []int{300, 401, 404, 410, 421, 502} {
		x := testExchange(tokenURL)
		withBasic(x)
		x.Request.Discovered, x.Issuer = true, "https://as.example.com"
		a := newAnswer(x, status, nil, []byte("{}"), time.Unix(1_700_000_000, 0))
		if text := refuse(t, x, a).Error(); strings.Contains(text, "token_url") {
			t.Errorf("%d: %s", status, text)
		}
	}
}

// A set of the environment has variables, and no attributes that somebody has written.
func TestAdviceNamesTheVariables(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 302, 400, 401, 404, 405, 502} {
		for _, body := range []string{"{}", "<html>", `{"error":"invalid_client"}`} {
			x := testExchange(tokenURL)
			withBasic(x)
			x.FromEnvironment, x.Service = true, "oauth2"
			_, err := readAnswer(x, status, token.ContentTypeJSON, body)
			e, ok := errors.AsType[*told](err)
			if !ok {
				t.Fatal(err)
			}
			text := strings.ReplaceAll(e.Error(), "client_secret_", "")
			for _, name := range []string{"client_id", "client_secret", "token_url"} {
				if regexp.MustCompile(`\b` + name + `\b`).MatchString(text) {
					t.Errorf("%d %s: %s", status, body, text)
				}
			}
			if x.FromEnvironment = false; strings.Contains(tell(e.facts, x).Error(), "OAUTH2_") {
				t.Errorf("%d %s: another set has this error too: %s", status, body, e)
			}
		}
	}
	x := testExchange(tokenURL)
	x.FromEnvironment, x.Service = true, "emporix"
	_, err := readAnswer(x, 404, token.ContentTypeJSON, `{"error_description":"no client_id"}`)
	wantSaid(t, err.Error(), []string{"Check EMPORIX_TOKEN_URL.", "The vendor said: no client_id"}, nil)
}

// Whatever is refused, the advice to whoever describes an endpoint names no setting of
// other services.
func TestAdviceFitsCustom(t *testing.T) {
	t.Parallel()
	x := customExchange(t)
	for _, status := range advisedStatuses() {
		for _, body := range []string{"{}", "<html>", "No required SSL certificate was sent", "Request Header Or Cookie Too Large", `{"error":"invalid_client"}`} {
			a := newAnswer(x, status, nil, []byte(body), time.Unix(1_700_000_000, 0))
			_, err := read(x, a)
			e, ok := errors.AsType[*told](err)
			if !ok {
				t.Fatal(err)
			}
			for _, name := range []string{"request_headers", "client_auth", "client_id", "client_secret", "scopes", "token_url", "(headers)"} {
				if strings.Contains(e.Advice, name) {
					t.Errorf("%d %s: %s", status, body, e.Advice)
				}
			}
			checkFits(t, fmt.Sprint(status, " ", body), e.Advice, optionalSettings)
		}
	}
}
