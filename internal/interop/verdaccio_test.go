package interop_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// verdaccioSets log in as npm does: PUT, a colon in the URL, the credentials
// twice, and 201. The token is a JWT, which tells its own expiry.
const verdaccioSets = `
  custom = {
    npm = {
      request = {
        method     = "PUT"
        url        = "%[1]s/-/user/org.couchdb.user:%[2]s"
        basic_auth = { username = "%[2]s", password = var.secrets["user"] }
        json       = jsonencode({ name = "%[2]s", password = var.secrets["user"] })
      }
      response = {
        token   = "token"
        success = "starts_with(ok, 'you are authenticated')"
        outputs = { said = "ok" }
      }
      revoke = {
        method  = "DELETE"
        url     = "%[1]s/-/user/token/{token}"
        headers = { Authorization = "Bearer {token}" }
      }
    }
    wrong = {
      request = {
        method     = "PUT"
        url        = "%[1]s/-/user/org.couchdb.user:%[2]s"
        basic_auth = { username = "%[2]s", password = var.secrets["wrong"] }
        json       = jsonencode({ name = "%[2]s", password = var.secrets["wrong"] })
      }
      response = { token = "token" }
    }
  }
`

// The log-in and log-out of npm registries. verdaccio answers a log-out and
// forgets nothing: its tokens are JWTs.
func testVerdaccio(l *serverLab) {
	secrets := map[string]string{"user": random(), "wrong": random()}
	l.setSecrets(secrets)
	s := startVerdaccio(l.T, l.keyring, verdaccioCommand(l.T, l.Root), secrets["user"])
	l.opens = func(ctx context.Context, _ string, headers map[string]string) error { return s.whoAmI(ctx, headers) }
	l.custom = fmt.Sprintf(verdaccioSets, s.URL, user)
	began := time.Now()
	given := l.open([]string{"npm"}, "revoke_on_close = true")["npm"]
	if given.Outputs["said"] != "you are authenticated as '"+user+"'" {
		l.T.Errorf("the outputs are %v", given.Outputs)
	}
	l.checkLife(given, began)
	l.checkVerdaccio(s, l.used["npm"]["Authorization"])
	l.refused("HTTP 409", "user registration disabled", "JSON keys: name, password")
	l.MustNotHold(l.secretNeedles()...)
}

// checkLife makes sure that the token's lifetime is what the JWT says, counted
// from when it was asked for: verdaccio takes its time to sign.
func (l *serverLab) checkLife(given described, began time.Time) {
	l.T.Helper()
	var times jwt.Claims
	parsed, err := jwt.ParseSigned(strings.TrimPrefix(given.Headers["Authorization"], "Bearer "), []jose.SignatureAlgorithm{jose.HS256})
	if err == nil {
		err = parsed.UnsafeClaimsWithoutVerification(&times)
	}
	if err != nil {
		l.T.Fatal(err)
	}
	asked := times.Expiry.Time().Add(-time.Duration(given.ExpiresIn) * time.Second)
	if asked.Before(began.Truncate(time.Second)) || asked.After(times.IssuedAt.Time()) {
		l.T.Errorf("it expires in %v s, so it was asked for at %s; the test began at %s, and it was signed at %s",
			given.ExpiresIn, asked, began, times.IssuedAt.Time())
	}
}

func startVerdaccio(t *testing.T, k *keyring, command []string, password string) *server {
	t.Helper()
	line := clitest.Must(json.Marshal(map[string]string{"directory": t.TempDir(), "name": user, "password": password}))(t)
	s := &server{http: clientOf(t, k)}
	s.begin(t, line, command)
	return s
}

// whoAmI is an error where the headers are not the user's.
func (s *server) whoAmI(ctx context.Context, headers map[string]string) error {
	answer, err := call(ctx, s.http, http.MethodGet, s.URL+"/-/whoami", headers, nil)
	if err == nil && answer["username"] != user {
		err = closedError{Answer: answer}
	}
	return err
}

// checkVerdaccio makes sure that the server was asked once for the data source
// and twice for the ephemeral resource, whose tokens were both logged out.
func (l *serverLab) checkVerdaccio(s *server, used string) {
	l.T.Helper()
	marker := "/-/ping?" + random()
	clitest.Must(call(l.T.Context(), s.http, http.MethodGet, s.URL+marker, nil, nil))(l.T)
	asked := map[string]int{}
	for _, e := range s.until(l.T, func(e event) bool { return e.form("url") == marker }) {
		asked[fmt.Sprint(e.Event, " ", e.Status)]++
		if e.Event == "revocation" && used == "Bearer "+strings.TrimPrefix(e.form("url"), "/-/user/token/") {
			asked["revocation of the one that was used"]++
		}
	}
	delete(asked, "other 200") // what the test asks itself
	want := map[string]int{"token 201": 3, "revocation 200": 2, "revocation of the one that was used": 1}
	// Two tokens of the same second are the same.
	if asked["revocation of the one that was used"] > 1 {
		want["revocation of the one that was used"] = 2
	}
	if !maps.Equal(asked, want) {
		l.T.Errorf("the server was asked for %v, want %v", asked, want)
	}
}
