package provider_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// badSetCase is a set of oauth2 with one mistake, and its error.
type badSetCase struct {
	name    string
	set     object
	path    string // below the set, with dots
	summary string
	says    []string
}

func endpointCases() []badSetCase {
	const badURL, plain = "URL cannot be used", "http://auth.example.com/x"
	https := "plain http:// would send the credentials to auth.example.com"
	return []badSetCase{
		{"no endpoint", publicSet().and(object{"token_url": nil}), "token_url", "No token endpoint", []string{"token_url", "issuer", "check its spelling"}},
		{"http:// token_url", publicSet().and(object{"token_url": plain}), "token_url", badURL, []string{https}},
		{"http:// issuer", publicSet().and(object{"issuer": plain}), "issuer", badURL, []string{https}},
		{"http:// issuer alone", publicSet().and(object{"issuer": plain, "token_url": nil}), "issuer", badURL, []string{https}},
		{"http:// revocation_url", publicSet().and(object{"revocation_url": plain}), "revocation_url", badURL, []string{https}},
		{"http:// not allowed", publicSet().and(object{"issuer": plain, "allow_http": false}), "issuer", badURL, []string{https}},
		{"issuer with a fragment", publicSet().and(object{"issuer": "https://auth.example.com/#t"}), "issuer", badURL, []string{"an issuer must not have (RFC 8414, section 2)"}},
		{"invalid issuer", publicSet().and(object{"issuer": "auth.example.com"}), "issuer", badURL, []string{"not a full https:// URL"}},
		{
			"issuer's metadata", publicSet().and(object{"issuer": "https://auth.example.com/t/.well-known/openid-configuration"}), "issuer", badURL,
			[]string{"Leave out /.well-known/openid-configuration: issuer = \"https://auth.example.com/t\""},
		},
		{
			"issuer's metadata, RFC 8414", publicSet().and(object{"issuer": "https://auth.example.com/.well-known/oauth-authorization-server/t"}), "issuer", badURL,
			[]string{"Leave out /.well-known/oauth-authorization-server: issuer = \"https://auth.example.com/t\""},
		},
		{"issuer's metadata, cut", publicSet().and(object{"issuer": "https://auth.example.com/.well-known"}), "issuer", badURL, []string{"Leave out /.well-known/"}},
	}
}

// missingCases lack one attribute that the client_auth or the grant needs.
func missingCases(t *testing.T, k keys) []badSetCase {
	t.Helper()
	needs := map[string][]string{
		"client_secret_basic": {"client_id", "client_secret"}, "client_secret_post": {"client_id", "client_secret"},
		"client_secret_jwt": {"client_id", "client_secret"}, "private_key_jwt": {"client_id", "private_key_pem"},
		"tls_client_auth": {"client_id"}, "self_signed_tls_client_auth": {"client_id"},
		"refresh_token": {"refresh_token"}, "password": {"username", "password"}, jwtBearer: {"assertion"},
		tokenExchange: {"subject_token", "subject_token_type", "actor_token", "actor_token_type"},
	}
	var cases []badSetCase
	add := func(whose, missing string, set object) {
		need := fmt.Sprintf("%s must be set: ", missing)
		says := fmt.Sprintf("%q needs it. If you wrote it, check its spelling", whose)
		if missing == "private_key_pem" {
			says = fmt.Sprintf("%q needs it or client_assertion. If you wrote it, check its spelling", whose)
		}
		cases = append(cases, badSetCase{
			whose + " without " + missing, set.and(object{missing: nil}), missing, "Missing " + missing,
			[]string{need, says},
		})
	}
	for _, method := range methods() {
		for _, missing := range needs[method] {
			add(method, missing, methodSet(t, method, k))
		}
	}
	for _, grant := range grants() {
		for _, missing := range needs[grant] {
			add(grant, missing, publicSet().and(grantSet(grant)))
		}
	}
	for _, method := range []string{"tls_client_auth", "self_signed_tls_client_auth"} {
		add(method, "client_certificate_pem", publicSet().and(object{"client_auth": method}))
	}
	return append(cases, badSetCase{
		"no client_auth, no secret", publicSet().and(object{"client_auth": nil}), "client_secret", "Missing client_secret",
		[]string{`client_auth = "client_secret_basic"`, "needs it.", "Environment variables are only read if the provider block has no oauth2."},
	})
}

// foreignCases have an attribute that only another grant uses.
func foreignCases() []badSetCase {
	foreign := map[string]object{
		"refresh_token": {"refresh_token": "fake-refresh-token"}, "username": {"username": "fake-user"},
		"password": {"password": "fake-password"}, "assertion": {"assertion": object{"value": "fake-given-token"}},
		"subject_token":        {"subject_token": object{"value": "fake-given-token"}},
		"subject_token_type":   {"subject_token_type": "urn:fake:type"},
		"actor_token":          {"actor_token": object{"value": "fake-given-token"}},
		"actor_token_type":     {"actor_token_type": "urn:fake:type"},
		"requested_token_type": {"requested_token_type": "urn:fake:type"},
	}
	var cases []badSetCase
	for _, grant := range append(grants(), "") {
		own := grantSet(grant)
		if grant == "" {
			own = nil
		}
		if grant == "urn:fake:grant" {
			continue // may use any
		}
		for name, more := range foreign {
			if _, uses := own[name]; !uses {
				cases = append(cases, badSetCase{
					"grant " + grant + " with " + name, publicSet().and(own).and(more), name, "Not used by the grant", []string{name + " is only used with"},
				})
			}
		}
	}
	return cases
}

func assertionCases(t *testing.T, k keys) []badSetCase {
	t.Helper()
	given := object{"client_assertion": object{"value": "fake-given-token"}}
	const unused = "Client assertion is not used"
	cases := []badSetCase{
		{
			"assertion beside a key", methodSet(t, "private_key_jwt", k).and(given), "client_assertion",
			"Two client assertions",
			[]string{"private_key_pem"},
		},
		{
			"assertion, client_auth forgotten", publicSet().and(given).and(object{"client_auth": nil}), "client_assertion",
			unused,
			[]string{`"private_key_jwt"`},
		},
	}
	for _, method := range methods() {
		if method != "private_key_jwt" {
			cases = append(cases, badSetCase{
				"assertion with " + method, methodSet(t, method, k).and(given), "client_assertion", unused, []string{`"private_key_jwt"`},
			})
		}
	}
	return cases
}

// unusedCases have an attribute that only another client_auth uses.
func unusedCases(t *testing.T, k keys) []badSetCase {
	t.Helper()
	private, assertion := []string{"private_key_jwt"}, []string{"private_key_jwt", "client_secret_jwt"}
	users := map[string][]string{
		"basic_encoding": {"client_secret_basic"}, "private_key_pem": private, "private_key_passphrase": private, "key_id": assertion, "signing_algorithm": assertion,
		"assertion_audience": assertion, "client_secret": {"client_secret_basic", "client_secret_post", "client_secret_jwt"},
	}
	values := object{
		"basic_encoding": "raw", "private_key_pem": k.rsa, "private_key_passphrase": "fake", "key_id": "k1", "signing_algorithm": "RS256", "assertion_audience": "fake",
		"client_secret": longSecret,
	}
	const unused = "Not used by client_auth"
	var cases []badSetCase
	for _, method := range methods() {
		for name, of := range users {
			if !slices.Contains(of, method) {
				cases = append(cases, badSetCase{
					name + " with " + method, methodSet(t, method, k).and(object{name: values[name]}), name, unused,
					append([]string{name + " is only used with", fmt.Sprintf("client_auth is %q", method)}, of...),
				})
			}
		}
	}
	return append(cases, badSetCase{
		"key, client_auth forgotten", publicSet().and(object{"client_auth": nil, "private_key_pem": k.rsa}), "private_key_pem", unused,
		[]string{"private_key_jwt"},
	})
}

func keyCases(t *testing.T, k keys) []badSetCase {
	t.Helper()
	const unsigned, unfit = "Client assertion cannot be signed", "Algorithm does not fit"
	private := func(key string, algorithm any) object {
		return methodSet(t, "private_key_jwt", k).and(object{"private_key_pem": key, "signing_algorithm": algorithm})
	}
	locked := func(passphrase string) object {
		return private(k.locked, nil).and(object{"private_key_passphrase": passphrase})
	}
	short := func(length int, algorithm any) object {
		return methodSet(t, "client_secret_jwt", k).and(object{"client_secret": longSecret[:length], "signing_algorithm": algorithm})
	}
	secret := methodSet(t, "client_secret_jwt", k)
	return []badSetCase{
		{"invalid key", private("fake-key-that-is-none", nil), "private_key_pem", unsigned, []string{"-----BEGIN PRIVATE KEY-----"}},
		{"key that is empty", private("", nil), "private_key_pem", unsigned, []string{"it is empty"}},
		{"key that is public", private(k.public, nil), "private_key_pem", unsigned, []string{"it is a public key"}},
		{"key that is encrypted", private(k.encrypted, nil), "private_key_pem", unsigned, []string{"is encrypted. Set private_key_passphrase"}},
		{"key with another passphrase", locked("fake-other-passphrase"), "private_key_passphrase", unsigned, []string{"does not decrypt"}},
		{"key with an empty passphrase", locked(""), "private_key_passphrase", "Empty value", nil},
		{"passphrase without its key", methodSet(t, "private_key_jwt", k).and(object{"private_key_pem": nil, "private_key_passphrase": "fake", "client_assertion": object{"value": "fake-given-token"}}), "private_key_passphrase", "Passphrase is not used", []string{"private_key_pem"}},
		{"key with another one's certificate", private(k.foreign, nil), "private_key_pem", unsigned, []string{"none of its certificates belongs to its private key"}},
		{"key with a certificate that has expired", private(k.outdated, nil), "private_key_pem", unsigned, []string{"its certificate expired on 20"}},
		{"key that is short", private(k.smallRSA, nil), "private_key_pem", unsigned, []string{"2048 bits"}},
		{"key that fits no algorithm", private(k.p224, nil), "private_key_pem", unsigned, []string{"curve P-224"}},
		{"key that is shared", private(k.oct, nil), "private_key_pem", unsigned, nil},
		{"key that fits another algorithm", private(k.rsa, "ES256"), "private_key_pem", unsigned, []string{`"ES256"`, "RS256"}},
		{"curve that fits another algorithm", private(k.ec384, "ES256"), "private_key_pem", unsigned, []string{`"ES256"`, "ES384"}},
		{"EdDSA with RSA", private(k.rsa, "EdDSA"), "private_key_pem", unsigned, []string{`"EdDSA"`}},
		{"short secret", short(31, nil), "client_secret", unsigned, []string{"HS256", "32 bytes"}},
		{"short secret for HS384", short(47, "HS384"), "client_secret", unsigned, []string{"HS384", "48 bytes"}},
		{"short secret for HS512", short(63, "HS512"), "client_secret", unsigned, []string{"HS512", "64 bytes"}},
		{"HS256 with private_key_jwt", private(k.rsa, "HS256"), "signing_algorithm", unfit, []string{"HS256", "private_key_jwt"}},
		{"RS256 with client_secret_jwt", secret.and(object{"signing_algorithm": "RS256"}), "signing_algorithm", unfit, []string{"client_secret_jwt"}},
		{
			"invalid algorithm", private(k.rsa, "RS999"), "signing_algorithm", "Not one of the allowed values", []string{"RS256"},
		},
		{
			"invalid algorithm, with a secret", secret.and(object{"signing_algorithm": "none"}), "signing_algorithm",
			"Not one of the allowed values",
			[]string{"HS256"},
		},
		{
			"id with a colon, raw", methodSet(t, "client_secret_basic", k).and(object{"client_id": "fake:client", "basic_encoding": "raw"}), "basic_encoding", "Client ID has a colon",
			[]string{"client_id has a colon", "RFC 7617", `basic_encoding = "form"`, `client_auth = "client_secret_post"`},
		},
		{"id that is empty", publicSet().and(object{"client_id": ""}), "client_id", "Empty value", nil},
		{"secret that is empty", secret.and(object{"client_secret": ""}), "client_secret", "Empty value", []string{"check that the variable has a value"}},
	}
}

func certificateCases(t *testing.T, k keys) []badSetCase {
	t.Helper()
	const unusable = "Client certificate cannot be used"
	good, other := newCertificate(t, -time.Hour, time.Hour), newCertificate(t, -time.Hour, time.Hour)
	cases := []badSetCase{
		{"expired", newCertificate(t, -2*time.Hour, -time.Hour), "client_certificate_pem", unusable, []string{"expired on 20"}},
		{"not yet valid", newCertificate(t, time.Hour, 2*time.Hour), "client_certificate_pem", unusable, []string{"not valid before 20"}},
		{"of another key", good.and(object{"client_key_pem": other["client_key_pem"]}), "client_certificate_pem", unusable, []string{"does not belong to the private key"}},
		{"invalid certificate", good.and(object{"client_certificate_pem": "fake"}), "client_certificate_pem", unusable, []string{"client_certificate_pem cannot be used: it has no PEM certificate"}},
		{"changed about", object{"client_certificate_pem": good["client_key_pem"], "client_key_pem": good["client_certificate_pem"]}, "client_certificate_pem", unusable, []string{"exchange the two"}},
		{"with an encrypted key", good.and(object{"client_key_pem": k.locked}), "client_key_pem", unusable, []string{"is encrypted. Set client_key_passphrase"}},
		{"with another passphrase", good.and(object{"client_key_pem": k.locked, "client_key_passphrase": "fake-other-passphrase"}), "client_key_passphrase", unusable, []string{"does not decrypt"}},
		{"with an invalid key", good.and(object{"client_key_pem": "fake-key-that-is-none"}), "client_key_pem", unusable, []string{"no PEM private key"}},
		{"without key", good.and(object{"client_key_pem": nil}), "client_key_pem", "No key for the certificate", nil},
		{"missing beside its key", good.and(object{"client_certificate_pem": nil}), "client_certificate_pem", "", []string{"client_certificate_pem"}},
	}
	var all []badSetCase
	for _, method := range []string{"none", "tls_client_auth", "self_signed_tls_client_auth"} {
		for _, c := range cases {
			c.name = "certificate " + c.name + ", " + method
			c.set = publicSet().and(object{"client_auth": method}).and(c.set)
			all = append(all, c)
		}
	}
	return all
}

func TestOAuth2BadSets(t *testing.T) {
	k := newKeys(t)
	all := slices.Concat(endpointCases(), missingCases(t, k), foreignCases(), assertionCases(t, k), unusedCases(t, k), keyCases(t, k), certificateCases(t, k),
		sourceCases(k), signedCases(k), signedWithoutKeyCases(k), programCases(), computedCases(k), headerCases(), answerCases(), twiceCases(t, k))
	p := newPlugin(t)
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			diags := p.asT(t).configure(oauth2Block(c.set))
			got := onlyError(t, diags)
			if want := belowSet(c.path); got.Attribute.String() != want {
				t.Errorf("it is at %s, want %s", got.Attribute, want)
			}
			if c.summary != "" && got.Summary != c.summary {
				t.Errorf("its summary is %q, want %q", got.Summary, c.summary)
			}
			checkSays(t, got.Detail, c.says)
			if strings.Count(got.Detail, " cannot be used: ") > 1 {
				t.Errorf("it names the attribute twice: %s", got.Detail)
			}
			checkNot(t, say(diags), secretsOf(c.set)...)
		})
	}
}

// belowSet returns the path of an attribute of the set, of one within it, or of
// an element of a map: a.b or a[b].
func belowSet(path string) string {
	path, element, isElement := strings.Cut(strings.TrimSuffix(path, "]"), "[")
	full := inSet("oauth2", strings.ReplaceAll(path, ".", `").AttributeName("`))
	_, notInt := strconv.Atoi(element)
	switch {
	case !isElement:
	case notInt == nil:
		full += ".ElementKeyInt(" + element + ")"
	default:
		full += `.ElementKeyString("` + element + `")`
	}
	return full
}

// secretsOf returns the secrets of a set, however deep, that are long enough to
// be looked for.
func secretsOf(set object) []clitest.Needle {
	secret := []string{
		"client_secret", "private_key_pem", "client_key_pem", "private_key_passphrase", "client_key_passphrase", "refresh_token", "password", "value", "params", "request_headers",
		"secret",
	}
	var found []clitest.Needle
	for name, value := range set {
		switch value := value.(type) {
		case object:
			for _, needle := range secretsOf(value) {
				needle.Name = name + "." + needle.Name
				found = append(found, needle)
			}
			if slices.Contains(secret, name) {
				for _, element := range value {
					found = append(found, needle(name, element)...)
				}
			}
		case string:
			if slices.Contains(secret, name) {
				found = append(found, needle(name, value)...)
			}
		}
	}
	return found
}

func needle(name string, value any) []clitest.Needle {
	const shortest = 8
	if value, ok := value.(string); ok && len(value) >= shortest {
		return []clitest.Needle{{Name: name, Value: value}}
	}
	return nil
}
