package interop_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

func revocationClients(t *testing.T, k *keyring) []client {
	t.Helper()
	tls := certificateClients(k)[0]
	return []client{
		secretClient("basic", "client_secret_basic", random()),
		keyClient("key", "ES256", k.p256, testkeys.PKCS8(t, k.p256)),
		tls, // by the endpoint's alias
		atFositeToo(keyClient("fosite_key", "RS256", k.rsa, testkeys.PKCS8(t, k.rsa))),
		atZitadelToo(secretClient("zitadel_post", "client_secret_post", random())),
		givingJWTs(atZitadelToo(keyClient("zitadel_key", "ES256", k.p256, testkeys.PKCS8(t, k.p256)))),
	}
}

// Two openings share a token. At apply the first one closes as soon as its
// provisioner has run, and the second one's uses the token after that. The data
// source with the same inputs keeps its own.
func testRevocation(l *serverLab) {
	l.configure(
		each("data", "kept", l.names(), ""),
		each("ephemeral", "first", l.names(), "revoke_on_close = true"),
		each("ephemeral", "second", l.names(), "revoke_on_close = true"),
		l.handOverTo("first", time.Second),
		l.handOverTo("second", 4*time.Second),
		`output "kept" {
  sensitive = true
  value     = { for name, it in data.apitoken_oauth2.kept : name => it.access_token }
}`)
	l.Must("plan", "-out="+savedPlan)
	kept := map[string]string{}
	for _, c := range l.clients {
		if n := len(l.revoked(c)); n == 0 {
			l.T.Errorf("%s: plan revoked nothing", c.name)
		}
	}
	l.mark()
	applied := l.Must("apply", savedPlan).Stdout
	l.checkOrder(applied)

	reports := l.handedOver()
	if len(reports) != 2 {
		l.T.Fatalf("%d provisioners ran", len(reports))
	}
	l.Output("kept", &kept)
	for _, c := range l.clients {
		first, second := reports[0][c.name], reports[1][c.name]
		if first != second {
			l.T.Errorf("%s: the two openings have a token each", c.name)
		}
		revoked := l.revoked(c)
		if len(revoked) != 1 || revoked[0] != first {
			l.T.Errorf("%s: apply revoked %d tokens, want the one that was open", c.name, len(revoked))
		}
		if l.servers[c.at].isActive(l.T, first) {
			l.T.Errorf("%s: the token outlives the run", c.name)
		}
		if !l.servers[c.at].isActive(l.T, kept[c.name]) {
			l.T.Errorf("%s: the data source's token is revoked", c.name)
		}
	}
}

// checkOrder makes sure that the token was in use when the first openings had
// closed: all that is shown elsewhere rests on it.
func (l *serverLab) checkOrder(applied string) {
	l.T.Helper()
	used := strings.Index(applied, "terraform_data.second: Creation complete")
	for _, c := range l.clients {
		closed := strings.Index(applied, fmt.Sprintf("ephemeral.apitoken_oauth2.first[%q]: Clos", c.name))
		if closed < 0 || used < closed {
			l.T.Errorf("%s: the first opening did not close before the second one was used:\n%s", c.name, applied)
		}
	}
}

// revoked returns the tokens that the client has revoked.
func (l *serverLab) revoked(c client) []string {
	l.T.Helper()
	var tokens []string
	for _, e := range l.said("revocation", c) {
		if e.Status != 200 {
			l.T.Errorf("%s: revocation was answered with %d", c.name, e.Status)
		}
		tokens = append(tokens, e.form("token"))
	}
	return tokens
}
