package interop_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// userPassword is made up, as everything in these tests is.
const userPassword = "the made-up password of somebody"

// unrevoked are the sets that do not revoke: oidc-provider revokes a refresh
// token with each of its access tokens.
func unrevoked() []string { return []string{"refresh"} }

// secrecyClients are a client of each kind of secret there is.
func secrecyClients(t *testing.T, k *keyring) []client {
	t.Helper()
	refresh := client{
		name: "refresh", at: atOIDC,
		metadata: map[string]any{
			"token_endpoint_auth_method": "none", "scope": "openid offline_access",
			"grant_types": []string{"authorization_code", "refresh_token"}, "response_types": []string{"code"},
			"redirect_uris": []string{"https://client.example.com/"},
		},
		set: map[string]string{"client_auth": quote("none"), "grant": quote("refresh_token"), "refresh_token": secret("refresh")},
	}
	exchange := secretClient("exchange", "client_secret_basic", random()).
		registered(map[string]any{"grant_types": []string{grantTokenExchange}}).
		with(map[string]string{
			"grant": quote(grantTokenExchange), "audience": quote("urn:api:orders"), "requested_token_type": quote(accessTokenType),
			"subject_token": "{ value = " + secret("subject") + " }", "subject_token_type": quote(accessTokenType),
			"actor_token": `{ file = "${path.module}/actor" }`, "actor_token_type": quote(accessTokenType),
		})
	password := secretClient("password", "client_secret_basic", random()).
		registered(map[string]any{"grant_types": []string{"password", "refresh_token"}, "scope": "offline"}).
		with(map[string]string{
			"grant": quote("password"), "username": quote(user), "password": secret("user"), "scopes": `["offline"]`,
		}).holding("user", userPassword)
	password.at = atFosite
	signed := atFositeToo(keyClient("signed", "RS256", k.rsa, testkeys.PKCS1(k.rsa))).
		registered(map[string]any{"grant_types": []string{grantJWTBearer}}).
		with(bearer("signed.grant", `role = "reader"`)).
		holding("signed.grant", privateJWK(t, k.p384, serviceAccount))
	return []client{
		refresh, exchange, password, signed,
		secretClient("post", "client_secret_post", random()),
		secretClient("hmac", "client_secret_jwt", random()),
		keyClient("pem", "ES256", k.p256, testkeys.SEC1(t, k.p256)),
		keyClient("jwk", "EdDSA", k.ed25519, privateJWK(t, k.ed25519, "jwk")),
		certificateClients(k)[0],
	}
}

// With ephemeral resources alone, no key, secret, assertion or token of any
// kind is in plan, state, output or log.
func testSecrecy(l *serverLab) {
	log := l.Trace()
	secrets := map[string]string{}
	clitest.OK(l.T, json.Unmarshal([]byte(l.Env["TF_VAR_secrets"]), &secrets))
	secrets["refresh"], secrets["subject"] = l.servers[atOIDC].Refresh, l.ask("post")
	l.setSecrets(secrets)
	actor := l.ask("post")
	l.Write("actor", actor)

	revoked := slices.DeleteFunc(l.names(), func(name string) bool { return slices.Contains(unrevoked(), name) })
	l.configure(each("ephemeral", "this", revoked, "revoke_on_close = true"), each("ephemeral", "kept", unrevoked(), ""),
		l.handOverTo("this", 0), l.handOverTo("kept", 0))
	l.Must("plan", "-out="+savedPlan)
	l.Must("show", "-json", savedPlan)
	l.Must("apply", savedPlan)
	l.Must("show", "-json")

	text := l.Read(log)
	if strings.Count(text, "asking the ") < 4*len(l.clients)-4 || !strings.Contains(text, "[TRACE]") {
		l.T.Error("the log has too little to search in")
	}
	l.checkGrants()
	l.MustNotHold(slices.Concat(l.secretNeedles(), l.sentNeedles(), l.answerNeedles(),
		[]clitest.Needle{{Name: "actor token", Value: actor}})...)
}

// checkGrants makes sure that all that is searched for was sent and answered.
func (l *serverLab) checkGrants() {
	l.T.Helper()
	sent := map[string]bool{}
	for _, c := range l.clients {
		for _, e := range l.said("token", c) {
			if e.Status != http.StatusOK {
				l.T.Errorf("%s: the response was %d, %v", c.name, e.Status, e.Answer)
			}
			for _, name := range slices.Concat(sentSecrets(), []string{"audience", "requested_token_type"}) {
				sent[name] = sent[name] || e.form(name) != ""
			}
			for _, name := range answered() {
				sent["answered "+name] = sent["answered "+name] || e.answer(name) != ""
			}
		}
	}
	for _, name := range slices.Concat(sentSecrets(), []string{"audience", "requested_token_type"}) {
		if !sent[name] {
			l.T.Errorf("no request had %s", name)
		}
	}
	for _, name := range answered() {
		if !sent["answered "+name] {
			l.T.Errorf("no response had %s", name)
		}
	}
}

// answered names what is secret in answers.
func answered() []string { return []string{"access_token", "refresh_token", "id_token"} }

func (l *serverLab) answerNeedles() []clitest.Needle {
	l.T.Helper()
	var needles []clitest.Needle
	for _, c := range l.clients {
		for _, e := range l.said("token", c) {
			for _, name := range answered() {
				if value := e.answer(name); value != "" {
					needles = append(needles, clitest.Needle{Name: c.name + ": " + name, Value: value})
				}
			}
		}
	}
	return needles
}

// ask gets a token for a client of client_secret_post, without the provider.
func (l *serverLab) ask(name string) string {
	l.T.Helper()
	c := l.clients[slices.IndexFunc(l.clients, func(c client) bool { return c.name == name })]
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {c.id}, "client_secret": {c.secrets[name]}}
	s := l.servers[c.at]
	req := clitest.Must(http.NewRequestWithContext(l.T.Context(), http.MethodPost, s.URL+"/token", strings.NewReader(form.Encode())))(l.T)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := s.http.Do(req)
	clitest.OK(l.T, err)
	var answer struct {
		Token string `json:"access_token"`
	}
	err = json.NewDecoder(resp.Body).Decode(&answer)
	if closed := resp.Body.Close(); err != nil || closed != nil || answer.Token == "" {
		l.T.Fatalf("%s: no token, %v, %v", resp.Status, err, closed)
	}
	return answer.Token
}
