package provider_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// warned fails unless there is the one warning, and returns it.
func warned(t *testing.T, diags []*tfprotov6.Diagnostic, summary string) *tfprotov6.Diagnostic {
	t.Helper()
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning || diags[0].Summary != summary {
		t.Fatalf("want the one warning %q:\n%s", summary, say(diags))
	}
	return diags[0]
}

// withHeaders are credential sets of services whose sets may have headers.
func withHeaders(url string) map[string]object {
	response := object{"token": "access_token", "token_type": "token_type", "expires_in": "expires_in"}
	return map[string]object{
		"oauth2": {"token_url": url, "client_id": "fake", "client_secret": "fake-secret"},
		"custom": {"request": object{"url": url}, "response": response},
	}
}

// asked returns the diagnostics of a data source or ephemeral resource with a set.
func asked(t *testing.T, k kind, service string, set, inputs object) []*tfprotov6.Diagnostic {
	t.Helper()
	_, diags := configured(t, object{service: object{"shop": set}}).ask(t.Context(), k, service, inputs)
	return diags
}

// min_remaining with an unknown lifetime gives a warning.
func TestMinRemainingOfAnUnknownLife(t *testing.T) {
	noEnvironment(t)
	for _, lifetime := range []string{"0", "null", `""`} {
		url := answering(t, http.StatusOK, nil, `{"access_token":"fake","accessToken":"fake","expires_in":`+lifetime+`}`)
		sets := withHeaders(url)
		sets["epgl"] = sets["oauth2"]
		for service, set := range sets {
			for _, k := range kinds() {
				w := warned(t, asked(t, k, service, set, object{"min_remaining": "1h"}), "Lifetime is not known")
				if !strings.Contains(w.Attribute.String(), "min_remaining") || strings.Contains(w.Detail, "default_ttl") != (service != "epgl") || !strings.Contains(w.Detail, "1h") {
					t.Errorf("%s: %s %s", service, w.Attribute, w.Detail)
				}
				wantWarning(t, asked(t, k, service, set, nil), "")
			}
		}
		for service, set := range withHeaders(url) {
			wantWarning(t, asked(t, dataSource, service, set.and(object{"default_ttl": "2h"}), object{"min_remaining": "1h"}), "")
		}
	}
}

// A token store that keeps no token says so, and how to have it kept.
func TestTokenOfAnUnknownLifeIsNotStored(t *testing.T) {
	noEnvironment(t)
	for lifetime, isKept := range map[string]bool{"null": false, "3600": true} {
		url := answering(t, http.StatusOK, nil, `{"access_token":"fake","accessToken":"fake","expires_in":`+lifetime+`}`)
		sets := withHeaders(url)
		sets["epgl"] = sets["oauth2"]
		sets["custom"]["request"] = object{"url": url, "form": object{"client_secret": "fake-secret"}}
		for service, set := range sets {
			block := object{service: object{"shop": set}, "token_store": object{"directory": filepath.Join(t.TempDir(), "store"), "key": storeKey}}
			_, diags := configured(t, block).ask(t.Context(), dataSource, service, nil)
			if isKept || service == "epgl" { // which has no default_ttl
				wantWarning(t, diags, "")
				continue
			}
			w := warned(t, diags, "Token is not stored")
			if !strings.Contains(w.Detail, "default_ttl") || strings.Contains(w.Detail, "response.expires_in") != (service == "custom") {
				t.Errorf("%s: %s", service, w.Detail)
			}
			wantWarning(t, asked(t, dataSource, service, set, nil), "")
		}
	}
}

// A lifetime of less than a second is most likely in another unit.
func TestVeryShortLifetime(t *testing.T) {
	noEnvironment(t)
	for number, says := range map[string]string{"30": "valid for 30ms", "999": "valid for 999ms", "1000": "", "0": ""} {
		url := answering(t, http.StatusOK, nil, `{"accessToken":"fake","ttl":`+number+`}`)
		set := object{"request": object{"url": url}, "response": object{"token": "accessToken", "expires_in": "ttl", "expires_in_unit": "ms"}}
		for _, k := range kinds() {
			wantWarning(t, asked(t, k, "custom", set, nil), says)
		}
	}
}

// A token that is not a bearer token gives a warning, unless the set has headers.
func TestTokensThatAreNoBearerTokens(t *testing.T) {
	noEnvironment(t)
	for tokenType, says := range map[string]string{
		"DPoP": "proof", "dpop": "proof", "PoP": "proof", "N_A": "not an access token", "n_a": "not an access token",
		"Bearer": "", "bearer": "", "BearerToken": "", "bearer_token": "", "JWT": "", "": "", "DPoPs": "", "x N_A": "",
	} {
		url := answering(t, http.StatusOK, nil, `{"access_token":"fake","expires_in":60,"token_type":"`+tokenType+`"}`)
		for service, set := range withHeaders(url) {
			for _, k := range kinds() {
				wantWarning(t, asked(t, k, service, set, nil), says)
				wantWarning(t, asked(t, k, service, set.and(object{"headers": object{"Authorization": "Token {token}"}}), nil), "")
			}
			if says != "" {
				warned(t, asked(t, dataSource, service, set, nil), "Token is not a bearer token")
			}
		}
	}
}

// A type that comes twice gives a warning about the type, and not about the expiry.
func TestTypeThatComesTwice(t *testing.T) {
	noEnvironment(t)
	url := answering(t, http.StatusOK, nil, `{"access_token":"fake","expires_in":60,"token_type":"a","token_type":"b"}`)
	p := configured(t, object{"oauth2": object{"shop": object{"token_url": url, "client_id": "fake", "client_secret": "fake-secret"}}})
	_, diags := p.ask(t.Context(), dataSource, "oauth2", nil)
	if w := warned(t, diags, "Response lacks a value"); !strings.Contains(w.Detail, "a key twice") || !strings.Contains(w.Detail, "Bearer") || strings.Contains(w.Detail, "expires") {
		t.Errorf("it says %s", w.Detail)
	}
}

// A token that begins with Bearer gives a warning if the header has Bearer, too. The exp of
// the JWT in it counts.
func TestTokenWithItsScheme(t *testing.T) {
	noEnvironment(t)
	jwt := testkeys.JWT(t, map[string]any{"exp": int64(4102444800)})
	url := answering(t, http.StatusOK, nil, `{"access_token":"Bearer `+jwt+`"}`)
	for service, set := range withHeaders(url) {
		if service == "custom" {
			set = set.and(object{"response": object{"token": "access_token"}})
		}
		for _, k := range kinds() {
			got, diags := configured(t, object{service: object{"shop": set}}).ask(t.Context(), k, service, nil)
			checkSays(t, warned(t, diags, "Bearer is sent twice").Detail, []string{`write headers = { Authorization = "{token}" }`})
			if at := text(t, got["expires_at"]); at != "2100-01-01T00:00:00Z" {
				t.Errorf("%s: it expires at %q", service, at)
			}
			wantWarning(t, asked(t, k, service, set.and(object{"headers": object{"Authorization": "{token}"}}), nil), "")
		}
	}
}

// The text of an error in place of a token gives a warning, as Casdoor sends it.
func TestMessageInPlaceOfAToken(t *testing.T) {
	noEnvironment(t)
	for given, says := range map[string]string{"error: invalid client_secret": "may be a message", "fake": "", " fake ": ""} {
		url := answering(t, http.StatusOK, nil, `{"access_token":"`+given+`","accessToken":"`+given+`","expires_in":60}`)
		for service, set := range withHeaders(url) {
			for _, k := range kinds() {
				wantWarning(t, asked(t, k, service, set, nil), says)
				wantWarning(t, asked(t, k, service, set.and(object{"headers": object{"X-Token": "{token}"}}), nil), "")
			}
		}
	}
}

// Advice to use a token store is for those who have none.
func TestLimitWithAStore(t *testing.T) {
	noEnvironment(t)
	url := answering(t, http.StatusTooManyRequests, map[string]string{"Retry-After": "3"}, `{}`)
	block := object{"oauth2": object{"shop": withHeaders(url)["oauth2"]}, "transport": object{"max_retries": 0}}
	kept := block.and(object{"token_store": object{"directory": filepath.Join(t.TempDir(), "store"), "key": storeKey}})
	for _, tc := range []struct {
		block    object
		isAdvice bool
	}{{block, true}, {kept, false}} {
		_, diags := configured(t, tc.block).ask(t.Context(), dataSource, "oauth2", nil)
		got := onlyError(t, diags).Detail
		if strings.Contains(got, "token_store") != tc.isAdvice || !strings.Contains(got, "a wait of 3s") {
			t.Error(got)
		}
	}
}
