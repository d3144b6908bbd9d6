package token

import (
	"crypto/elliptic"
	"crypto/x509"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4"

	answers "github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

func FuzzPrivateKey(f *testing.F) {
	rsaKey, ec, ed := testkeys.RSA(f, 2048), testkeys.EC(f, elliptic.P256()), testkeys.Ed25519(f)
	for _, seed := range []string{
		"", "{", "{}", `{"kty":"oct","k":"aHVzaA"}`, `{"kty":"OKP","crv":"X25519","x":"AA","d":"AA"}`,
		`{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB","p":"Aw","q":"BQ"}`, `{"kty":"EC","crv":"P-256","x":"","y":"","d":""}`,
		testkeys.PKCS8(f, rsaKey), testkeys.PKCS8(f, ec), testkeys.PKCS8(f, ed), testkeys.SEC1(f, ec), testkeys.PEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)),
		testkeys.JWK(f, jose.JSONWebKey{Key: rsaKey}), testkeys.JWK(f, jose.JSONWebKey{Key: ec, Algorithm: "ES384"}), testkeys.JWK(f, jose.JSONWebKey{Key: ed.Public()}),
		testkeys.SEC1(f, ec) + testkeys.PEM("CERTIFICATE", certificateOf(f, ec).Raw), testkeys.PKCS8(f, ed) + testkeys.PEM("CERTIFICATE", certificateOf(f, ec).Raw),
		testkeys.PKCS8(f, ed) + testkeys.PEM("CERTIFICATE", []byte("hush")), `{"kty":"EC","crv":"P-256","x5t":"aHVzaA","x5c":["aHVzaA"]}`,
		testkeys.Public(f, ec.Public()), testkeys.PEM("ENCRYPTED PRIVATE KEY", []byte("hush")), "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
	} {
		f.Add(seed)
	}
	runtime := testRuntime()
	client, err := NewClient(quickTransport(), runtime)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if len(raw) > 5000 {
			t.Skip() // a key of many bits takes long and shows nothing new
		}
		s := SignedJWT{Key: said.NewSecret(raw)}
		checked := s.Check(time.Now())
		if checked != nil {
			wantNoPiece(t, checked.Error(), raw)
		}
		signed, err := s.token(t.Context(), &call{client: client, exchange: testExchange(tokenURL)})
		switch {
		case err == nil && checked != nil:
			t.Errorf("signed, though Check says %v", checked)
		case err == nil:
			if _, _, err = answers.DecodeJWT(signed.Reveal()); err != nil {
				t.Error(err)
			}
		default:
			_ = wantError(t, err, KindSource)
		}
	})
}

func FuzzMetadata(f *testing.F) {
	const issuer = "https://as.example.com"
	for _, body := range []string{
		"", "null", "[]", "{}", "<html>", metadataPage(issuer).body, metadataPage("https://evil.example.com").body,
		`{"issuer":"https://as.example.com","token_endpoint":"http://as.example.com"}`, `{"issuer":"` + strings.Repeat("a", 5000) + `"}`,
		`{"issuer":"https://as.example.com","token_endpoint":"x","mtls_endpoint_aliases":{"token_endpoint":"y"}}`,
		`{"issuer":"https://as.example.com","token_endpoint":"x","mtls_endpoint_aliases":null}`, `{"issuer":"https://a/\u0000\r\n"}`,
	} {
		f.Add(200, body)
	}
	for _, endpoint := range []string{
		"/token", "//evil.example.com/token", "https://\u009b.example.com", "https://a.example.com%0a/", "HTTPS://A.EXAMPLE.COM:443/",
		"https://[::1]:8443/t", "https://u:p@as.example.com", "https://as.example.com/#x", "https://ex%41mple.com",
	} {
		f.Add(200, `{"issuer":"https://as.example.com","token_endpoint":"`+endpoint+`","revocation_endpoint":"`+endpoint+`"}`)
		f.Add(200, `{"Issuer":"https://as.example.com","token_endpoint":"/a","token_endpoint":"`+endpoint+`"}`)
	}
	f.Add(404, "{}")
	f.Fuzz(func(t *testing.T, status int, body string) {
		x := testExchange(issuer)
		x.Issuer = issuer
		found, e := x.readMetadata(newAnswer(status, nil, []byte(body), time.Unix(1_700_000_000, 0)))
		if e == nil {
			if status != http.StatusOK || !found.issuer.Is(issuer) || found.endpoint(nil, func(e endpoints) said.Foreign { return e.token }).IsEmpty() {
				t.Errorf("accepted with status %d: %+v", status, found)
			}
			checkResolved(t, x, found)
			return
		}
		if e.Kind != KindDiscovery {
			t.Fatalf("error is of the kind %d: %v", e.Kind, e)
		}
		if utf8.RuneCountInString(e.Problem) > 500 || strings.ContainsAny(e.Problem, "\r\n\x00\x1b") {
			t.Errorf("problem of %d characters: %q", len(e.Problem), e.Problem)
		}
	})
}

// checkResolved fails unless the endpoints that metadata names are refused, or
// are URLs with plain hosts.
func checkResolved(t *testing.T, x *Exchange, found *metadata) {
	t.Helper()
	x.Request.URL, x.Revoke = "", &Request{}
	resolved, err := x.with(&discovered{all: []*metadata{found}}, x.toIssuer(nil))
	if err != nil {
		if text := err.Error(); utf8.RuneCountInString(text) > 1000 || strings.ContainsFunc(strings.ReplaceAll(text, "\n", ""), unicode.IsControl) {
			t.Errorf("error: %q", text)
		}
		return
	}
	plain := regexp.MustCompile(`^(https://[][A-Za-z0-9._:-]{1,259}|http://(localhost|127[.0-9]+|\[::1\])(:\d*)?)$`)
	for _, r := range []*Request{&resolved.Request, resolved.Revoke} {
		u, err := url.Parse(r.URL)
		if err != nil || r.URL != "" && (len(r.URL) > longestEndpoint || !plain.MatchString(strings.ToLower(u.Scheme)+"://"+u.Host)) {
			t.Errorf("endpoint %q", r.URL)
		}
	}
}

// FuzzCertificates reads PEM: certificates of authorities, and a client's with its key.
func FuzzCertificates(f *testing.F) {
	made := testkeys.EC(f, elliptic.P256())
	der := testkeys.Certificate(f, made, time.Unix(1_600_000_000, 0), time.Unix(1_800_000_000, 0)).Raw
	good := testkeys.PEM("CERTIFICATE", der)
	key := testkeys.PKCS8(f, made)
	for _, certificates := range []string{
		"", good, good + good, good + key, "hush " + good, testkeys.PEM("TRUSTED CERTIFICATE", der), testkeys.PEM("CERTIFICATE", der[:40]),
		"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", strings.ReplaceAll(good, "\n", "\r\n"), key,
	} {
		f.Add(certificates, key)
		f.Add(good, certificates)
	}
	f.Fuzz(func(t *testing.T, certificates, key string) {
		checkCertPool(t, certificates)
		pair := ClientCertificate{CertificatePEM: certificates, KeyPEM: said.NewSecret(key)}
		for _, at := range []int64{1_500_000_000, 1_700_000_000, 1_900_000_000} {
			checkPair(t, pair, at)
		}
	})
}

func checkCertPool(t *testing.T, certificates string) {
	t.Helper()
	pool, err := CertPool(certificates)
	switch {
	case err != nil:
		wantOneLine(t, err.Error())
	case (pool == nil) != (certificates == ""):
		t.Error("no pool, and no error")
	}
}

func checkPair(t *testing.T, pair ClientCertificate, at int64) {
	t.Helper()
	loaded, err := pair.load(time.Unix(at, 0))
	switch {
	case err != nil:
		wantOneLine(t, err.Error())
		wantNoPiece(t, err.Error(), pair.KeyPEM.Reveal())
	case loaded.PrivateKey == nil || loaded.Leaf.NotBefore.Unix() > at || loaded.Leaf.NotAfter.Unix() < at:
		t.Error("a certificate is used that is not good")
	}
}

func wantOneLine(t *testing.T, text string) {
	t.Helper()
	if utf8.RuneCountInString(text) > 600 || !strings.HasPrefix(text, "it") || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("the error says %q", text)
	}
}
