package token

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// The log names the parameters of a request, and neither their values nor a secret
// that somebody has made a name.
func TestLogNamesParameters(t *testing.T) {
	t.Parallel()
	many := map[string]string{}
	for i := range 100 {
		many[fmt.Sprintf("p%03d", i)] = "hush-hush"
	}
	type row struct {
		form map[string]string
		auth ClientAuth
		want string
	}
	tokentest.Each(t, map[string]row{
		"a form":          {map[string]string{"scope": "hush-hush", "grant_type": "hush-hush"}, ClientSecretPost{ID: testID, Secret: said.NewSecret(testSecret)}, `parameters="client_id, client_secret, grant_type, scope"`},
		"Basic":           {map[string]string{"grant_type": "hush-hush"}, ClientSecretBasic{ID: testID, Secret: said.NewSecret(testSecret)}, "parameters=grant_type\n"},
		"an assertion":    {nil, ClientAssertion{Assertion: source.Value{Secret: said.NewSecret("hush-hush")}}, `parameters="client_assertion, client_assertion_type"`},
		"a secret's name": {map[string]string{"a": "b", testSecret: "b"}, ClientSecretPost{ID: testID, Secret: said.NewSecret(testSecret)}, "(sensitive)"},
		"a line break":    {map[string]string{"a\nb": "b"}, nil, `parameters="a b"`},
		"nothing to name": {nil, nil, "host=auth.example.com\n"},
		"more than a few": {many, nil, "p029\"\n"},
	}, func(t *testing.T, tc row) {
		var log bytes.Buffer
		runtime := testRuntime()
		runtime.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		client := clientWith(t, transport.DefaultSettings(), runtime)
		client.transport.Client(nil).Transport = tokentest.Answering(tokentest.NewPage(http.StatusOK, "", `{"access_token":"hush-hush-token"}`), nil)
		x := testExchange("https://auth.example.com/token")
		x.Request.Form, x.Request.Auth = NewForm(tc.form), tc.auth
		if _, err := client.Do(t.Context(), x); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"asking the token endpoint", tc.want} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("%q is missing: %s", want, log.String())
			}
		}
		tokentest.WantNoSecret(t, log.String(), "hush-hush", testSecret)
		if strings.Count(log.String(), "\n") != 1 {
			t.Errorf("it is more than one line: %s", log.String())
		}
	})
}
