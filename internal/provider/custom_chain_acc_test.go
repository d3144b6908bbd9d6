package provider_test

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// testChain has the guide's last example, in which a token of one set asks for
// that of another.
func testChain(t *testing.T, start starter) {
	t.Helper()
	web := newWeb(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.URL.Path == "/login":
			_, _ = io.WriteString(w, `{"ticket":"fake-ticket-of-login"}`)
		case r.URL.Path == "/token" && r.Header.Get("X-Ticket") == "fake-ticket-of-login":
			_, _ = io.WriteString(w, `{"access_token":"fake-chained","expires_in":60}`)
		default:
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	blocks := regexp.MustCompile("(?s)\n```hcl\n(.*?)```").FindAllStringSubmatch(guide(t), -1)
	chain := strings.ReplaceAll(blocks[len(blocks)-1][1], "https://api.example.com", web.URL)
	w := start(t, block(`variable "api_key"`, object{"default": "fake-api-key", "sensitive": true})+chain+
		dataBlock("custom", "api", nil)+output("token", "data.apitoken_custom.api.access_token"))
	w.Must("apply", "-auto-approve")
	if said := w.Must("output", "-raw", "token").Stdout; said != "fake-chained" {
		t.Errorf("the token is %q", said)
	}
	w.MustNotHold(clitest.Needle{Name: "the first token", Value: "fake-ticket-of-login"})
}
