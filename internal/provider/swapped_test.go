package provider_test

import (
	"crypto/elliptic"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// swappedSecrets are secrets that may be put into another attribute by mistake.
func swappedSecrets() []string {
	return []string{"Zk7Qw9 Xv3Tb5Rm1", "Zk7Qw9Xv3Tb5Rm1", "Zk7Qw9 Xv3{Tb5}Rm1", "correct horse battery staple", `Zk7"Qw9\Xv3Tb5Rm1`, "Zk7Qw9_Xv3", "hunter-horse"}
}

// checkNotSwapped fails if a message has a part of the swapped secrets.
func checkNotSwapped(t *testing.T, said string) {
	t.Helper()
	for _, part := range []string{"Zk7", "Xv3", "Rm1", "battery", "horse"} {
		if strings.Contains(said, part) {
			t.Errorf("%q is in it:\n%s", part, said)
		}
	}
}

// A secret among the scopes of a data source or an ephemeral resource is not shown:
// at validation nobody knows yet that the provider block has it.
func TestSwappedScopeIsNotQuoted(t *testing.T) {
	noEnvironment(t)
	for _, secret := range swappedSecrets() {
		for _, service := range []string{"oauth2", "emporix"} {
			for _, k := range kinds() {
				for _, more := range [][]string{{secret + " "}, {secret + " ", "api"}} {
					_, diags := newPlugin(t).ask(t.Context(), k, service, object{"scopes": more})
					if text := say(diags); len(diags) != 1 || !strings.Contains(text, "cannot be used: it ends with a space") {
						t.Errorf("it says: %s", text)
					}
					checkNotSwapped(t, say(diags))
				}
			}
		}
	}
}

// A secret of one set in a public attribute of another is hidden in errors of requests.
func TestSwappedAttributesAreHidden(t *testing.T) {
	noEnvironment(t)
	web := newWeb(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"error":"invalid_client"}`))
	}))
	key := testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))
	for _, secret := range swappedSecrets() {
		sets := map[string]object{
			"tag":      grantSet(jwtBearer).and(object{"assertion": object{"hcp_terraform": object{"tag": strings.Map(onlyLetters, secret)}}}),
			"file":     grantSet(jwtBearer).and(object{"assertion": object{"file": secret}}),
			"url":      grantSet(jwtBearer).and(object{"assertion": object{"file": "https://user:" + secret + "@h/"}}),
			"bearer":   grantSet(jwtBearer).and(object{"assertion": object{"file": "Bearer " + secret}}),
			"key_id":   {"client_auth": "private_key_jwt", "private_key_pem": key, "key_id": secret},
			"audience": {"client_auth": "private_key_jwt", "private_key_pem": key, "assertion_audience": secret},
			"claims": grantSet(jwtBearer).and(object{"assertion": object{"signed": object{
				"private_key_pem": key, "key_id": secret, "claims": claimsOf(t, secret),
			}}}),
		}
		for name, set := range sets {
			t.Run(name+"/"+secret, func(t *testing.T) {
				p := newPlugin(t)
				diags := p.configure(object{"oauth2": object{
					"zz": object{"token_url": web.URL, "client_id": "fake-id", "client_secret": secret},
					"yy": object{"token_url": web.URL, "client_id": "fake-id", "client_secret": strings.Map(onlyLetters, secret)},
					"a":  publicSet().and(object{"token_url": web.URL}).and(set),
				}})
				if len(diags) == 0 {
					_, diags = p.ask(t.Context(), dataSource, "oauth2", object{"credentials": "a"})
				}
				if len(diags) != 1 {
					t.Errorf("it says: %s", say(diags))
				}
				checkNotSwapped(t, say(diags))
			})
		}
	}
}

func claimsOf(t *testing.T, text string) string {
	t.Helper()
	claims := clitest.Must(json.Marshal(map[string]any{"iss": text, "sub": text, "aud": []string{text}}))(t)
	return string(claims)
}

func onlyLetters(r rune) rune {
	if r == ' ' || strings.ContainsRune(`{}"\-`, r) {
		return -1
	}
	return r
}

// A secret in place of the name of a set is hidden too.
func TestSwappedCredentialsAreHidden(t *testing.T) {
	noEnvironment(t)
	for _, secret := range swappedSecrets() {
		for _, k := range kinds() {
			p := configured(t, object{
				"epgl":   object{"shop": object{"client_id": "fake-id", "client_secret": secret}, "other": object{"client_id": "fake-id", "client_secret": "fake"}},
				"emtech": object{secret: object{"client_id": "fake-id", "client_secret": unknown{}}, "other": object{"client_id": "fake-id", "client_secret": "fake"}},
			})
			for service, wanted := range map[string]string{"epgl": secret, "emtech": "fake-name"} {
				_, diags := p.ask(t.Context(), k, service, object{"credentials": wanted})
				checkNotSwapped(t, onlyError(t, diags).Detail)
			}
			_, diags := p.ask(t.Context(), k, "emtech", object{"credentials": secret})
			checkNotSwapped(t, onlyError(t, diags).Detail)
		}
	}
}
