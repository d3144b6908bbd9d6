package provider_test

import (
	"crypto/elliptic"
	"encoding/hex"
	"maps"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

const (
	jwtBearer     = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
	// longSecret is long enough for every HS algorithm.
	longSecret = "fake-secret-of-a-length-that-does-for-each-of-the-HS-algorithms-0"
)

// publicSet is a set of a public client.
func publicSet() object {
	return object{"token_url": "https://auth.example.com/token", "client_id": "fake-id", "client_auth": "none"}
}

// methodSet is a set of a client of the method, with what the method needs.
func methodSet(t *testing.T, method string, k keys) object {
	t.Helper()
	set := publicSet().and(object{"client_auth": method})
	switch method {
	case "client_secret_basic", "client_secret_post", "client_secret_jwt":
		return set.and(object{"client_secret": longSecret})
	case "private_key_jwt":
		return set.and(object{"private_key_pem": k.rsa})
	case "tls_client_auth", "self_signed_tls_client_auth":
		return set.and(newCertificate(t, -time.Hour, time.Hour))
	default:
		return set
	}
}

func methods() []string {
	return []string{
		"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "tls_client_auth",
		"self_signed_tls_client_auth", "none",
	}
}

// grantSet is what the grant needs.
func grantSet(grant string) object {
	given := object{"value": "fake-given-token"}
	switch grant {
	case "refresh_token":
		return object{"grant": grant, "refresh_token": "fake-refresh-token"}
	case "password":
		return object{"grant": grant, "username": "fake-user", "password": "fake-password"}
	case jwtBearer:
		return object{"grant": grant, "assertion": given}
	case tokenExchange:
		return object{
			"grant": grant, "subject_token": given, "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
			"actor_token": given, "actor_token_type": "urn:ietf:params:oauth:token-type:jwt",
			"requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
		}
	default:
		return object{"grant": grant}
	}
}

func grants() []string {
	return []string{"client_credentials", "refresh_token", "password", jwtBearer, tokenExchange, "urn:fake:grant"}
}

// sources are all that an assertion or a token may come from.
func sources(k keys) map[string]object {
	return map[string]object{
		"value": {"value": "fake-given-token"}, "file": {"file": "/run/fake"}, "env": {"env": "FAKE_TOKEN"},
		"github_actions": {"github_actions": object{"audience": "fake"}}, "github_actions, default": {"github_actions": object{}},
		"hcp_terraform": {"hcp_terraform": object{"tag": "FAKE"}}, "hcp_terraform, default": {"hcp_terraform": object{}},
		"hmac":                        {"hmac": object{"key": "fake-key", "message": "fake\nmessage\n"}},
		"hmac with all":               {"hmac": object{"key": "ZmFrZQ", "key_encoding": "base64", "algorithm": "SHA1", "message": " ", "encoding": "HEX"}},
		"hmac of the unknown":         {"hmac": object{"key": unknown{}, "key_encoding": "hex", "message": unknown{}}},
		"hmac in an unknown encoding": {"hmac": object{"key": "fake", "key_encoding": unknown{}, "message": "fake"}},
		"totp":                        {"totp": object{"secret": groupedSeed}},
		"totp with all":               {"totp": object{"secret": totpSeed + "FA======", "digits": 7, "period": "1m30s", "algorithm": "SHA512"}},
		"totp of the unknown":         {"totp": object{"secret": unknown{}, "digits": unknown{}, "period": unknown{}, "algorithm": unknown{}}},
		"signed":                      {"signed": object{"private_key_pem": k.ec}},
		"signed with all": {"signed": object{
			"private_key_pem": k.rsa, "signing_algorithm": "PS512", "key_id": "k1", "lifetime": "10m", "claims": `{"aud":["a","b"],"iss":"a.{fingerprint}"}`,
			"header": `{"typ":"at+jwt"}`,
		}},
		"signed with a secret": {"signed": object{"secret": hex.EncodeToString([]byte(longSecret)), "secret_encoding": "hex", "signing_algorithm": "HS512"}},
		"signed by a program":  {"signed": object{"signer": []any{"fake-sign"}, "signing_algorithm": "PS256", "key_id": "k1"}},
	}
}

// sourced is a set with a source of that name, and what the source needs.
func sourced(name string, source any) object {
	set := publicSet().and(object{name: source})
	switch name {
	case "client_assertion":
		return set.and(object{"client_auth": "private_key_jwt"})
	case "assertion":
		return set.and(object{"grant": jwtBearer})
	default:
		return set.and(grantSet(tokenExchange)).and(object{name: source})
	}
}

func sourceNames() []string {
	return []string{"client_assertion", "assertion", "subject_token", "actor_token"}
}

// usualSets are a set of each method and one of each grant.
func usualSets(t *testing.T, k keys) map[string]object {
	t.Helper()
	sets := map[string]object{}
	for _, method := range methods() {
		sets[method] = methodSet(t, method, k)
	}
	for _, grant := range grants() {
		sets[grant] = methodSet(t, "client_secret_basic", k).and(grantSet(grant))
	}
	return sets
}

// goodSets are sets with nothing wrong, by name.
func goodSets(t *testing.T) map[string]object {
	t.Helper()
	k := newKeys(t)
	good := map[string]object{
		"issuer alone":             publicSet().and(object{"token_url": nil, "issuer": "https://auth.example.com/tenant"}),
		"issuer and token_url":     publicSet().and(object{"issuer": "https://auth.example.com/tenant"}),
		"nobody":                   publicSet().and(object{"client_id": nil}),
		"no client_auth":           methodSet(t, "client_secret_basic", k).and(object{"client_auth": nil}),
		"an assertion's own id":    sourced("client_assertion", object{"env": "FAKE_TOKEN"}).and(object{"client_id": nil}),
		"no actor":                 publicSet().and(grantSet(tokenExchange)).and(object{"actor_token": nil, "actor_token_type": nil}),
		"http:// on this machine":  publicSet().and(object{"issuer": "http://127.0.0.1:1", "revocation_url": "http://localhost:1/revoke"}),
		"http:// that is allowed":  publicSet().and(object{"issuer": "http://auth.example.com", "revocation_url": "http://auth.example.com/revoke", "allow_http": true}),
		"parameters of any grant":  publicSet().and(grantSet("urn:fake:grant")).and(object{"username": "fake-user", "assertion": object{"env": "FAKE_TOKEN"}}),
		"headers of outputs":       publicSet().and(object{"headers": object{"x-a": "{token}", "x-b": "{tenant} {user-id}"}, "outputs": object{"tenant": "a.b", "user-id": "header:X-User"}}),
		"braces that name nothing": publicSet().and(object{"headers": object{"x-a": `{"a": "{token}", "b": {}}`}}),
		"all that is sent": publicSet().and(object{
			"scopes": []string{"a", "b"}, "audience": "fake", "resources": []string{"urn:a", "urn:b"}, "params": object{"p": "q"},
			"request_headers": object{"x-fake": "fake"}, "default_ttl": "10m",
		}),
	}
	maps.Copy(good, usualSets(t, k))
	good["an actor and no requested type"] = publicSet().and(grantSet(tokenExchange)).and(object{"requested_token_type": nil})
	for _, method := range methods() {
		good[method+" with certificate"] = methodSet(t, method, k).and(newCertificate(t, -time.Hour, time.Hour))
	}
	for _, name := range sourceNames() {
		for source, of := range sources(k) {
			good[name+" of "+source] = sourced(name, of)
		}
	}
	for name, key := range map[string]string{"rsa": k.rsa, "ec": k.ec, "ec384": k.ec384, "ed25519": k.ed25519, "jwk": k.jwk} {
		good["key "+name] = methodSet(t, "private_key_jwt", k).and(object{"private_key_pem": key})
	}
	for _, algorithm := range []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"} {
		good[algorithm] = methodSet(t, "private_key_jwt", k).and(object{"signing_algorithm": algorithm})
	}
	for algorithm, key := range map[string]string{
		"ES256": k.ec, "ES384": k.ec384, "ES512": testkeys.PKCS8(t, testkeys.EC(t, elliptic.P521())), "EdDSA": k.ed25519,
	} {
		good[algorithm] = methodSet(t, "private_key_jwt", k).and(object{"private_key_pem": key, "signing_algorithm": algorithm})
	}
	for _, algorithm := range []string{"HS256", "HS384", "HS512"} {
		good[algorithm] = methodSet(t, "client_secret_jwt", k).and(object{"signing_algorithm": algorithm})
	}
	return good
}

func oauth2Block(set any) object { return object{"oauth2": object{"default": set}} }

func TestOAuth2GoodSets(t *testing.T) {
	for name, set := range goodSets(t) {
		t.Run(name, func(t *testing.T) {
			if diags := newPlugin(t).configure(oauth2Block(set)); len(diags) > 0 {
				t.Error(say(diags))
			}
		})
	}
}

// attributeNames are the attributes of a set of oauth2.
func attributeNames(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, s := range service.All() {
		if s.Name == "oauth2" {
			for name := range s.Set {
				names = append(names, name)
			}
		}
	}
	return names
}

// A value that is not known yet is not an error at validation, in any set: it may turn
// out right, or null.
func TestOAuth2UnknownIsNoError(t *testing.T) {
	p, names := newPlugin(t), attributeNames(t)
	sets := usualSets(t, newKeys(t))
	sets["client_assertion"] = sourced("client_assertion", object{"value": "fake-given-token"})
	for kind, set := range sets {
		for _, name := range names {
			t.Run(kind+"/"+name, func(t *testing.T) {
				if diags := p.asT(t).configure(oauth2Block(set.and(object{name: unknown{}}))); len(diags) > 0 {
					t.Error(say(diags))
				}
			})
		}
	}
}

// asT is the plugin for a subtest.
func (p *plugin) asT(t *testing.T) *plugin {
	t.Helper()
	return &plugin{t: t, server: p.server, schema: p.schema}
}

func TestOAuth2UnknownWithinIsNoError(t *testing.T) {
	k, p := newKeys(t), newPlugin(t)
	for _, name := range sourceNames() {
		for from, source := range sources(k) {
			for what, changed := range partlyUnknown(source) {
				t.Run(name+" of "+from+"/"+what, func(t *testing.T) {
					if diags := p.asT(t).configure(oauth2Block(sourced(name, changed))); len(diags) > 0 {
						t.Error(say(diags))
					}
				})
			}
		}
	}
}

// partlyUnknown returns a source with each of its parts unknown in turn.
func partlyUnknown(source object) map[string]object {
	changed := map[string]object{"one more": source.and(object{"env": unknown{}})}
	for name, value := range source {
		changed[name] = object{name: unknown{}}
		within, ok := value.(object)
		if !ok {
			continue
		}
		for _, deeper := range deeperNames(name) {
			changed[name+"."+deeper] = object{name: within.and(object{deeper: unknown{}})}
		}
	}
	return changed
}

func deeperNames(source string) []string {
	switch source {
	case "signed":
		return []string{"private_key_pem", "signing_algorithm", "key_id", "lifetime", "claims"}
	case "hmac":
		return []string{"key", "key_encoding", "algorithm", "message", "encoding"}
	case "totp":
		return []string{"secret", "digits", "period", "algorithm"}
	case "github_actions":
		return []string{"audience"}
	default:
		return []string{"tag"}
	}
}

func TestOAuth2UnknownElementsAreNoError(t *testing.T) {
	p := newPlugin(t)
	cases := map[string]object{
		"param":                 {"params": object{"p": unknown{}, "q": "fake"}},
		"resource":              {"resources": []any{"urn:a", unknown{}}},
		"scope":                 {"scopes": []any{"a", unknown{}}},
		"request header":        {"request_headers": object{"x-a": unknown{}, "x-b": "fake"}},
		"header":                {"headers": object{"x-a": unknown{}, "x-b": "fake"}},
		"header, token is here": {"headers": object{"x-a": "{token}", "x-b": unknown{}}},
		"output":                {"headers": object{"x-a": "{token}", "x-b": "{tenant}"}, "outputs": object{"tenant": unknown{}}},
		"all outputs":           {"headers": object{"x-a": "{token}", "x-b": "{tenant}"}, "outputs": unknown{}},
		"the set":               nil,
	}
	for name, more := range cases {
		t.Run(name, func(t *testing.T) {
			set := any(publicSet().and(more))
			if more == nil {
				set = unknown{}
			}
			if diags := p.asT(t).configure(oauth2Block(set)); len(diags) > 0 {
				t.Error(say(diags))
			}
		})
	}
}
