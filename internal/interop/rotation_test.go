package interop_test

import (
	"slices"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

func rotationClients(t *testing.T, k *keyring) []client {
	t.Helper()
	byFile := keyClient("client_file", "ES256", k.p256, "")
	byFile.set = map[string]string{
		"client_auth": quote("private_key_jwt"), "client_assertion": `{ file = "${path.module}/client.jwt" }`,
	}
	byFile.secrets = nil
	grant := atFositeToo(keyClient("grant_file", "RS256", k.rsa, testkeys.PKCS8(t, k.rsa))).
		registered(map[string]any{"grant_types": []string{grantJWTBearer}}).
		with(map[string]string{"grant": quote(grantJWTBearer), "assertion": `{ file = "${path.module}/grant.jwt" }`})
	return []client{byFile, grant}
}

// Both servers take an assertion once, so a plan and its apply need one each.
func testRotation(l *serverLab) {
	l.configure(each("ephemeral", "this", l.names(), ""), l.handOverTo("this", 0))
	sent := map[string][]string{}
	rotate := func() {
		for _, c := range l.clients {
			name, text := l.assertion(c)
			l.Write(name, text+"\n")
			sent[c.name] = append(sent[c.name], text)
		}
	}
	rotate()
	l.Must("plan", "-out="+savedPlan)
	rotate()
	l.Must("apply", savedPlan)
	for _, c := range l.clients {
		field := "assertion"
		if c.at == atOIDC {
			field = "client_assertion"
		}
		var got []string
		for _, e := range l.said("token", c) {
			if e.Status != 200 {
				l.T.Errorf("%s: the response was %d, %v", c.name, e.Status, e.Answer)
			}
			got = append(got, e.form(field))
		}
		if !slices.Equal(got, sent[c.name]) {
			l.T.Errorf("%s: the server got %d assertions, not the two in the file one after the other", c.name, len(got))
		}
	}
	if len(l.handedOver()) != 1 {
		l.T.Error("the provisioner did not run")
	}

	if l.Run("plan").Code == 0 {
		l.T.Error("the servers take an assertion twice, so that two were taken shows nothing")
	}
}

// assertion returns a new assertion for the client, and the file it belongs in.
func (l *serverLab) assertion(c client) (file, text string) {
	if c.at == atOIDC {
		return "client.jwt", sign(l.T, l.keyring.p256, jose.ES256, c.name,
			map[string]any{"iss": c.id, "sub": c.id, "aud": l.servers[atOIDC].URL})
	}
	return "grant.jwt", sign(l.T, l.keyring.p384, jose.ES384, serviceAccount,
		map[string]any{"iss": serviceAccount, "sub": serviceAccount, "aud": l.servers[atFosite].URL + "/token"})
}
