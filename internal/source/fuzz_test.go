package source

import (
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
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
	f.Fuzz(func(t *testing.T, raw string) {
		if len(raw) > 5000 {
			t.Skip() // a key of many bits takes long and shows nothing new
		}
		s := Signed{Key: said.NewSecret(raw)}
		checked := s.Check(time.Now())
		if checked != nil {
			tokentest.WantNoPiece(t, checked.Error(), raw)
		}
		signed, err := s.Obtain(t.Context(), Run{Now: time.Now, Random: rand.Reader, Audience: tokenURL})
		switch {
		case err == nil && checked != nil:
			t.Errorf("signed, though Check says %v", checked)
		case err == nil:
			if _, _, err = answer.DecodeJWT(signed.Reveal()); err != nil {
				t.Error(err)
			}
		default:
			wantProblem(t, err, Unsigned)
		}
	})
}
