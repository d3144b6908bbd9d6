package provider_test

import (
	"maps"
	"strings"
	"testing"
	"time"
)

// sinceBubbles is more than the time since 2000, when the clock of testing/synctest
// begins.
const sinceBubbles = 60 * 365 * 24 * time.Hour

// sweepBases are valid provider blocks, by name. Each attribute is set in at least one
// of them, so that a sweep reaches the code that reads it. Those with the name of a
// service have only what it needs.
func sweepBases(t *testing.T) map[string]object {
	t.Helper()
	client := object{"client_id": "fake-id", "client_secret": longSecret, "token_url": "https://auth.example.com/token", "allow_http": false}
	whole := object{
		"timeout": "10s", "max_retries": 0, "retry_max_wait": "1s", "proxy_url": "http://proxy.example.com:3128",
		"ca_certificates_pem": newCertificate(t, -sinceBubbles, time.Hour)["client_certificate_pem"],
	}
	k, once := newKeys(t), object{"max_retries": 0}
	const storeKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	bases := map[string]object{"transport": {"epgl": object{"default": client}, "transport": whole}}
	for _, name := range serviceNames() {
		bases[name] = object{name: object{"default": client}, "transport": once}
	}
	for place, where := range map[string]string{"directory": "/nonexistent", "url": "rediss://:fake-password@redis.example.com"} {
		// A public set has no secret, so nothing is stored.
		bases["store "+place] = object{"oauth2": object{"default": publicSet()}, "token_store": object{place: where, "key": storeKey, "max_age": "8h"}, "transport": once}
	}
	bases["emporix"] = object{"emporix": object{"default": client.and(object{"scopes": []any{"read"}})}, "transport": once}
	for name, set := range sweepOAuth2(t, k) {
		bases[name] = object{"oauth2": object{"default": set}, "transport": once}
	}
	for name, set := range sweepJWT(k) {
		bases[name] = object{"jwt": object{"default": set}, "transport": once}
	}
	for name, set := range sweepCustom(t, k) {
		bases[name] = object{"custom": object{"default": set}, "transport": once}
	}
	return bases
}

// sweepOAuth2 are sets of each client_auth, each grant, and each source in each place.
func sweepOAuth2(t *testing.T, k keys) map[string]object {
	t.Helper()
	rest := object{
		"issuer": "https://auth.example.com", "revocation_url": "https://auth.example.com/revoke", "allow_http": false,
		"scopes": []any{"read"}, "audience": "fake-api", "resources": []any{"https://api.example.com"}, "params": object{"a": "b"},
		"request_headers": object{"x-a": "b"}, "headers": object{"x-token": "{token}"}, "outputs": object{"a": "b"}, "default_ttl": "10m", "request_format": "json",
	}
	sets := map[string]object{"oauth2": publicSet()}
	for _, method := range methods() {
		set := methodSet(t, method, k).and(rest)
		if set["client_certificate_pem"] != nil {
			set = set.and(newCertificate(t, -sinceBubbles, time.Hour)).and(object{"client_key_passphrase": "fake-passphrase"})
		}
		switch method {
		case "client_secret_basic":
			set["basic_encoding"] = "raw"
		case "client_secret_jwt":
			set = set.and(object{"key_id": "fake-key", "signing_algorithm": "HS256", "assertion_audience": "fake-server"})
		case "private_key_jwt":
			set = set.and(object{"key_id": "fake-key", "signing_algorithm": "RS256", "assertion_audience": "fake-server", "private_key_passphrase": "fake-passphrase"})
		}
		sets[method] = set
	}
	for _, grant := range []string{"refresh_token", "password", jwtBearer, tokenExchange} {
		sets[grant] = publicSet().and(grantSet(grant))
	}
	sets["refresh_token"]["keep_refresh_token"] = false
	for name, source := range sweepSources(k) {
		sets["assertion from "+name] = publicSet().and(object{"grant": jwtBearer, "assertion": source})
		if name != "value" && name != "signed" {
			continue // a source is the same in each place
		}
		const tokenType = "urn:ietf:params:oauth:token-type:jwt"
		sets["exchange from "+name] = publicSet().and(object{
			"grant": tokenExchange, "subject_token": source, "subject_token_type": tokenType, "actor_token": source, "actor_token_type": tokenType,
			"requested_token_type": tokenType, "client_auth": "private_key_jwt", "client_assertion": source,
		})
	}
	return sets
}

// sweepSources are one source of each kind, by name.
func sweepSources(k keys) map[string]object {
	signed := object{
		"private_key_pem": k.ec, "private_key_passphrase": "fake-passphrase", "signing_algorithm": "ES256", "key_id": "fake-key", "lifetime": "5m", "claims": `{"sub":"fake"}`,
	}
	return map[string]object{
		"value": {"value": "fake-token"}, "file": {"file": "fake-file"}, "env": {"env": "FAKE"}, "signed": {"signed": signed},
		"program":        {"program": []any{"fake-program", "fake-argument"}, "path": "a.token"},
		"github_actions": {"github_actions": object{"audience": "fake"}}, "hcp_terraform": {"hcp_terraform": object{"tag": "FAKE"}},
		"hmac":                 {"hmac": object{"key": "66616b65", "key_encoding": "hex", "algorithm": "SHA512", "message": "fake", "encoding": "base64"}},
		"totp":                 {"totp": object{"secret": totpSeed, "digits": 8, "period": "60s", "algorithm": "SHA256"}},
		"signed with a secret": {"signed": object{"secret": strings.Repeat("66616b65", 8), "secret_encoding": "hex", "header": `{"typ":"fake"}`}},
		"a signer":             {"signed": object{"signer": []any{"fake-signer", "fake-argument"}, "signing_algorithm": "ES256"}},
		"credentials":          {"credentials": "epgl.default", "fresh": true},
	}
}

// sweepJWT are sets with each way to sign, and each place of the JWT.
func sweepJWT(k keys) map[string]object {
	sources := sweepSources(k)
	signed := func(source string) object {
		found, _ := sources[source]["signed"].(object)
		return maps.Clone(found)
	}
	return map[string]object{
		"jwt":               {"private_key_pem": k.ec},
		"jwt in headers":    signed("signed").and(object{"headers": object{"x-token": "{token}"}}),
		"jwt in basic_auth": signed("signed with a secret").and(object{"basic_auth": object{"username": "fake-user", "password": "{token}"}}),
		"jwt of a signer":   signed("a signer"),
	}
}

// sweepCustom are sets with each body and each place of the token.
func sweepCustom(t *testing.T, k keys) map[string]object {
	t.Helper()
	request := object{
		"url": "https://auth.example.com/token", "method": "POST", "allow_http": false, "headers": object{"x-a": "{uuid}"}, "query": object{"a": "b"},
		"basic_auth":            object{"username": "fake-user", "password": "fake-password"},
		"client_key_passphrase": "fake-passphrase",
	}.and(newCertificate(t, -sinceBubbles, time.Hour))
	response := object{
		"token": "a.token", "token_type": "a.type", "expires_in": "a.ttl", "expires_in_unit": "s", "expires_at": "a.until", "success": "ok == `true`",
		"error": "message", "outputs": object{"session": "a.session"},
	}
	bodies := map[string]object{
		"json": {"json": `{"a":"{uuid}"}`, "content_type": "application/json"}, "form": {"form": object{"a": "{uuid}"}},
		"body": {"body": "{session}", "content_type": "text/plain"},
	}
	sets := map[string]object{"custom": description(nil, nil, nil)}
	for name, body := range bodies {
		revoke := request.and(body)
		revoke["headers"] = object{"x-a": "{token}"}
		sets[name] = object{
			"request": request.and(body), "response": response, "revoke": revoke, "headers": object{"x-token": "{token}", "x-session": "{session}"},
			"default_ttl": "10m",
		}
	}
	for name, source := range sweepSources(k) {
		sets["source from "+name] = description(object{"headers": object{"x-a": "{default}"}, "sources": object{"default": source}}, nil, nil)
	}
	sets["basic_auth"] = description(nil, nil, object{"basic_auth": object{"username": "{token}", "password": "fake-password"}})
	sets["program"] = object{"request": object{"program": []any{"fake-program"}}, "response": response}
	for name, path := range map[string]string{"header": "header:X-Token", "cookie": "cookie:sid", "body": "body:", "regex": "regex:<key>(.*?)</key>"} {
		sets["token in "+name] = description(nil, object{"token": path, "success": "regex:.", "success_statuses": []any{200, 302}, "outputs": object{"a": path}}, nil)
	}
	return sets
}
