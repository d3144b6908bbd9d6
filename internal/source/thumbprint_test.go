package source

import (
	"crypto"
	"crypto/elliptic"
	"crypto/sha1" //nolint:gosec // x5t is defined with it
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// A key that comes with its certificate says so in the header, by thumbprints
// and not by the certificate.
func TestSignedJWTThumbprints(t *testing.T) {
	t.Parallel()
	rsaKey, ec, ed := testkeys.RSA(t, 2048), testkeys.EC(t, elliptic.P256()), testkeys.Ed25519(t)
	forRSA, forEC, forEd := certificateOf(t, rsaKey), certificateOf(t, ec), certificateOf(t, ed)
	sum1, sum256 := sha1.Sum(forRSA.Raw), sha256.Sum256(forRSA.Raw) //nolint:gosec // x5t is defined with it
	asPEM := func(c *x509.Certificate) string { return testkeys.PEM("CERTIFICATE", c.Raw) }
	for name, tc := range map[string]struct {
		key         string
		certificate *x509.Certificate // nil: none
		only256     bool
	}{
		"after the key":           {key: testkeys.PKCS8(t, rsaKey) + asPEM(forRSA), certificate: forRSA},
		"before the key":          {key: asPEM(forRSA) + testkeys.PKCS8(t, rsaKey), certificate: forRSA},
		"within a chain":          {key: asPEM(forEC) + asPEM(forRSA) + testkeys.PKCS8(t, rsaKey) + asPEM(forEd), certificate: forRSA},
		"P-256":                   {key: testkeys.SEC1(t, ec) + asPEM(forEC), certificate: forEC},
		"Ed25519":                 {key: testkeys.PKCS8(t, ed) + asPEM(forEd), certificate: forEd},
		"no certificate":          {key: testkeys.PKCS8(t, rsaKey)},
		"a JWK with x5c":          {key: testkeys.JWK(t, jose.JSONWebKey{Key: rsaKey, Certificates: []*x509.Certificate{forRSA}}), certificate: forRSA},
		"a JWK with thumbprints":  {key: testkeys.JWK(t, jose.JSONWebKey{Key: rsaKey, CertificateThumbprintSHA1: sum1[:], CertificateThumbprintSHA256: sum256[:]}), certificate: forRSA},
		"a JWK with one of them":  {key: testkeys.JWK(t, jose.JSONWebKey{Key: rsaKey, CertificateThumbprintSHA256: sum256[:]}), certificate: forRSA, only256: true},
		"a JWK without":           {key: testkeys.JWK(t, jose.JSONWebKey{Key: rsaKey})},
		"a key that has kid, too": {key: testkeys.JWK(t, jose.JSONWebKey{Key: rsaKey, KeyID: "mine", Certificates: []*x509.Certificate{forRSA}}), certificate: forRSA},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, err := signAt(t, Signed{Key: said.NewSecret(tc.key)}, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			header, _, err := answer.DecodeJWT(raw)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]any{}
			if tc.certificate != nil {
				want = thumbprintsOf(tc.certificate)
			}
			if tc.only256 {
				delete(want, "x5t")
			}
			if header["x5t"] != want["x5t"] || header["x5t#S256"] != want["x5t#S256"] || header["x5c"] != nil || header["jwk"] != nil {
				t.Errorf("the header is %v, want %v in it", header, want)
			}
			if kid := header["kid"]; (kid == "mine") != strings.Contains(name, "kid") {
				t.Errorf("kid = %v", kid)
			}
		})
	}
}

// certificateOf returns a certificate that is valid at the times of all tests.
func certificateOf(tb testing.TB, key crypto.Signer) *x509.Certificate {
	tb.Helper()
	return testkeys.Certificate(tb, key, time.Unix(0, 0), time.Now().Add(time.Hour))
}

func thumbprintsOf(c *x509.Certificate) map[string]any {
	sum1, sum256 := sha1.Sum(c.Raw), sha256.Sum256(c.Raw) //nolint:gosec // x5t is defined with it
	return map[string]any{
		"x5t":      base64.RawURLEncoding.EncodeToString(sum1[:]),
		"x5t#S256": base64.RawURLEncoding.EncodeToString(sum256[:]),
	}
}

// A certificate that expires between validate and the request is one that has expired.
func TestSignedJWTCertificateExpires(t *testing.T) {
	t.Parallel()
	key := testkeys.EC(t, elliptic.P256())
	certificate := certificateOf(t, key)
	for name, text := range map[string]string{
		"PEM": testkeys.PKCS8(t, key) + testkeys.PEM("CERTIFICATE", certificate.Raw),
		"JWK": testkeys.JWK(t, jose.JSONWebKey{Key: key, Certificates: []*x509.Certificate{certificate}}),
	} {
		s := Signed{Key: said.NewSecret(text)}
		if err := s.Check(time.Now()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := signAt(t, s, certificate.NotAfter.Add(time.Second)); err == nil || !strings.Contains(err.Error(), "its certificate expired on "+certificate.NotAfter.UTC().Format(time.RFC3339)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A certificate that is another key's would be refused by the server, with fewer words.
func TestSignedJWTCertificateOfAnotherKey(t *testing.T) {
	t.Parallel()
	key, other := testkeys.RSA(t, 2048), testkeys.EC(t, elliptic.P256())
	for name, tc := range map[string]struct{ certificate, want string }{
		"of another key": {testkeys.PEM("CERTIFICATE", certificateOf(t, other).Raw), "none of its certificates belongs to its private key"},
		"not to be read": {testkeys.PEM("CERTIFICATE", []byte("hush-hush-hush")), "its certificate cannot be read"},
		"expired": {
			testkeys.PEM("CERTIFICATE", testkeys.Certificate(t, key, time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour)).Raw), "its certificate expired on 20",
		},
		"not valid yet": {
			testkeys.PEM("CERTIFICATE", testkeys.Certificate(t, key, time.Now().Add(time.Hour), time.Now().Add(2*time.Hour)).Raw), "its certificate is not valid before 20",
		},
		"a broken second": {testkeys.PEM("CERTIFICATE", certificateOf(t, key).Raw) + testkeys.PEM("CERTIFICATE", nil), "its certificate cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := Signed{Key: said.NewSecret(testkeys.PKCS8(t, key) + tc.certificate)}.Check(time.Now())
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error = %v, want %q", err, tc.want)
			}
		})
	}
}
