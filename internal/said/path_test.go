package said

import (
	"strings"
	"testing"
)

// The path of a URL is shown, except what looks like a token or is a secret of the set.
func TestURL(t *testing.T) {
	t.Parallel()
	book := append(entries("client_secret", "grape-plum9", "password", "hunter", "grant", "password", "x", "api-token"),
		Entry{Name: "url", Value: NewSecret("https://example.com/botgrape-plum9/hunter/password/x?key=fake-query-9"), Public: true})
	judge := book.Judge()
	for text, want := range map[string]string{
		"https://example.com/oauth2/v2.0/token":                             "https://example.com/oauth2/v2.0/token",
		"https://example.com/realms/acme/protocol/openid-connect/token?x=1": "https://example.com/realms/acme/protocol/openid-connect/token",
		"https://a1b2c3d4e5f6a7b8c9.execute-api.example.com/token":          "https://a1b2c3d4e5f6a7b8c9.execute-api.example.com/token",
		"http://[2001:db8:85a3:1:2:8a2e:370:7334]:8443/x":                   "http://[2001:db8:85a3:1:2:8a2e:370:7334]:8443/x",
		"https://example.com/bot123456:AAfake-quokka/getMe":                 "https://example.com/H/getMe",
		"https://example.com/bot123456%3AAAfake-quokka/getMe":               "https://example.com/H/getMe",
		"https://example.com/bot{key}/getMe":                                "https://example.com/bot{key}/getMe",
		"https://example.com/v1/sa/123456789:generateAccessToken":           "https://example.com/v1/sa/123456789:generateAccessToken",
		"https://example.com/hooks/4d856d1f-8648-456c-9bb2-f36273bbe4e3":    "https://example.com/hooks/H",
		"https://example.com/hooks/9f86d081884c7d659a2feaa0c55ad015/send":   "https://example.com/hooks/H/send",
		"https://example.com/login;jsessionid=9f86d081884c7d659a2feaa0":     "https://example.com/login;jsessionid=H",
		"https://example.com/hooks/FakeZebraQuokka1Fin23Yak":                "https://example.com/hooks/H",
		"https://example.com/botgrape-plum9/getMe":                          "https://example.com/H/getMe",
		"https://example.com/hunter/getMe":                                  "https://example.com/H/getMe",
		"/api/password/api-token":                                           "/api/password/api-token",
		"/hooks/9f86d081884c7d659a2feaa0c55ad015":                           "/hooks/H",
	} {
		if got := strings.ReplaceAll(string(judge.URL(NewForeign(text))), Hidden, "H"); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	for _, secret := range []string{"fake-query-9", "botgrape-plum9"} {
		if got := string(judge.Message(NewForeign("Cannot POST /" + secret + "/getMe"))); got != "Cannot POST /"+Hidden+"/getMe" {
			t.Errorf("%s: %s", secret, got)
		}
	}
}

// What looks like a token in the path of a URL is secret in messages too. The IDs of tenants are not.
func TestTokenInPathIsSecret(t *testing.T) {
	t.Parallel()
	const tenant = "4d856d1f-8648-456c-9bb2-f36273bbe4e3"
	judge := Book{{Name: "token_url", Value: NewSecret("https://example.com/" + tenant + "/bot123456:AAfake-quokka/getMe"), Public: true}}.Judge()
	if got := string(judge.Message(NewForeign("no route /bot123456:AAfake-quokka/getMe, AAfake-quokka, for " + tenant))); strings.Contains(got, "quokka") || !strings.Contains(got, tenant) {
		t.Error(got)
	}
}
