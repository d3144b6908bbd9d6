package jose

import (
	"bytes"
	"crypto"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	gojose "github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

func certificateOf(tb testing.TB, key crypto.Signer) *x509.Certificate {
	tb.Helper()
	return testkeys.Certificate(tb, key, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
}

// chain returns a client's key, and its certificates from its own to the root.
func chain(t *testing.T) (key crypto.Signer, certificates []string) {
	t.Helper()
	names := []string{"fake-client", "fake-issuing", "fake-policy", "fake-root"}
	keys := make([]crypto.Signer, len(names))
	var parent *x509.Certificate
	for i := len(names) - 1; i >= 0; i-- {
		keys[i] = testkeys.EC(t, elliptic.P256())
		template := &x509.Certificate{
			SerialNumber: big.NewInt(int64(i) + 1), Subject: pkix.Name{CommonName: names[i]}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			IsCA: i > 0, BasicConstraintsValid: true,
		}
		signer := keys[min(i+1, len(names)-1)]
		if parent == nil {
			parent = template
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, keys[i].Public(), signer)
		if err != nil {
			t.Fatal(err)
		}
		if parent, err = x509.ParseCertificate(der); err != nil {
			t.Fatal(err)
		}
		certificates = append([]string{testkeys.PEM("CERTIFICATE", der)}, certificates...)
	}
	return keys[0], certificates
}

// Each certificate is sent before the one that signed it.
func TestPairInOrder(t *testing.T) {
	t.Parallel()
	key, all := chain(t)
	want, err := Pair(strings.Join(all, ""), said.NewSecret(testkeys.PKCS8(t, key)), said.Secret{}, time.Now())
	if err != nil || len(want.Certificate) != 4 {
		t.Fatalf("%d certificates, %v", len(want.Certificate), err)
	}
	private := testkeys.PKCS8(t, key)
	locked := testkeys.Locked(t, key, "fake-passphrase")
	for name, tc := range map[string]struct{ certificates, key, passphrase string }{
		"the root second":       {all[0] + all[3] + all[1] + all[2], private, ""},
		"back to front":         {all[0] + all[3] + all[2] + all[1], private, ""},
		"key in between":        {all[0] + private + all[1] + all[2] + all[3], private, ""},
		"all in both":           {strings.Join(all, "") + private, strings.Join(all, "") + private, ""},
		"on one line":           {strings.ReplaceAll(strings.Join(all, ""), "\n", " "), strings.ReplaceAll(private, "\n", " "), ""},
		"indented, with a mark": {"\ufeff  " + strings.ReplaceAll(strings.Join(all, ""), "\n", "\r\n  "), private, ""},
		"an encrypted key":      {strings.Join(all, ""), locked, "fake-passphrase"},
		"a passphrase too many": {strings.Join(all, ""), private, "fake-passphrase"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Pair(tc.certificates, said.NewSecret(tc.key), said.NewSecret(tc.passphrase), time.Now())
			if err != nil {
				t.Fatal(err)
			}
			if !slices.EqualFunc(got.Certificate, want.Certificate, bytes.Equal) {
				t.Error("the certificates are in another order")
			}
			if !sameKey(got.PrivateKey, key) {
				t.Error("it is another key")
			}
		})
	}
}

func TestPairRefused(t *testing.T) {
	t.Parallel()
	key, all := chain(t)
	private, leaf := testkeys.PKCS8(t, key), all[0]
	other := testkeys.EC(t, elliptic.P256())
	expired := testkeys.PEM("CERTIFICATE", testkeys.Certificate(t, key, time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour)).Raw)
	future := testkeys.PEM("CERTIFICATE", testkeys.Certificate(t, key, time.Now().Add(time.Hour), time.Now().Add(2*time.Hour)).Raw)
	for name, tc := range map[string]struct {
		certificates, key, passphrase string
		part                          Part
		want                          string
	}{
		"no certificate":          {"", private, "", PartCertificate, "it is empty"},
		"no key":                  {leaf, " ", "", PartKey, "it is empty"},
		"neither":                 {"", "", "", PartCertificate, "it is empty"},
		"changed about":           {private, leaf, "", PartCertificate, "exchange the two"},
		"a key for a certificate": {private, private, "", PartCertificate, "it is a private key, and a certificate is needed"},
		"a certificate for a key": {leaf, leaf, "", PartKey, "it is a certificate, and its private key is needed"},
		"the client's last":       {all[3] + all[1] + leaf, private, "", PartCertificate, "its first certificate (CN=fake-root) does not belong to the private key, but its third certificate (CN=fake-client) does"},
		"of another key":          {leaf, testkeys.PKCS8(t, other), "", PartCertificate, "it does not belong to the private key"},
		"expired":                 {expired, private, "", PartCertificate, "it expired on 20"},
		"of the future":           {future, private, "", PartCertificate, "it is not valid before 20"},
		"a broken second":         {leaf + testkeys.PEM("CERTIFICATE", []byte("hush")), private, "", PartCertificate, "its second certificate cannot be read"},
		"cut off":                 {leaf[:200], private, "", PartCertificate, "its last line, with END CERTIFICATE, is missing"},
		"escaped line breaks":     {strings.ReplaceAll(leaf, "\n", `\n`), private, "", PartCertificate, "two characters"},
		"a file's name":           {"client.crt", private, "", PartCertificate, "this is a file name"},
		"a request":               {testkeys.PEM("CERTIFICATE REQUEST", []byte("hush")), private, "", PartCertificate, "certificate request"},
		"a public key":            {testkeys.Public(t, key.Public()), private, "", PartCertificate, "it is a public key, and a certificate is needed"},
		"PKCS #7":                 {testkeys.PEM("PKCS7", []byte("hush")), private, "", PartCertificate, "openssl pkcs7"},
		"DER":                     {base64.StdEncoding.EncodeToString(testkeys.Certificate(t, key, time.Now(), time.Now().Add(time.Hour)).Raw), private, "", PartCertificate, "it is a certificate in DER, and PEM is needed; convert it: openssl x509"},
		"a JWK for a key":         {leaf, testkeys.JWK(t, gojose.JSONWebKey{Key: key}), "", PartKey, "it is a JWK, and PEM is needed here"},
		"a key file in JSON":      {leaf, `{"private_key": "hush"}`, "", PartKey, "it is a key file in JSON"},
		"garbage":                 {"hush-hush-hush", private, "", PartCertificate, "-----BEGIN CERTIFICATE-----"},
		"an encrypted key":        {leaf, testkeys.Locked(t, key, "fake-passphrase"), "", PartMissingPassphrase, "it is encrypted"},
		"another passphrase":      {leaf, testkeys.Locked(t, key, "fake-passphrase"), "fake-other", PartPassphrase, "does not decrypt"},
		"a curve without TLS":     {leaf, testkeys.PKCS8(t, testkeys.EC(t, elliptic.P224())), "", PartKey, "P-224"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Pair(tc.certificates, said.NewSecret(tc.key), said.NewSecret(tc.passphrase), time.Now())
			wantProblem(t, err, tc.part, tc.want, tc.key)
		})
	}
}

// negative returns a certificate with a serial number that crypto/x509 refuses.
func negative(t *testing.T, der []byte) []byte {
	t.Helper()
	var certificate struct{ Signed, Algorithm, Signature asn1.RawValue }
	if _, err := asn1.Unmarshal(der, &certificate); err != nil {
		t.Fatal(err)
	}
	changed := slices.Clone(der)
	at := slices.Index(changed, 2) // the INTEGER of the version, then that of the serial
	at += 3 + slices.Index(changed[at+3:], 2)
	changed[at+2] |= 0x80
	return changed
}

// The error says which of several certificates cannot be read (istio#56815).
func TestAuthorities(t *testing.T) {
	t.Parallel()
	good := certificateOf(t, testkeys.EC(t, elliptic.P256()))
	pem, bad := testkeys.PEM("CERTIFICATE", good.Raw), testkeys.PEM("CERTIFICATE", negative(t, good.Raw))
	for name, tc := range map[string]struct {
		text  string
		count int
		want  string
	}{
		"one":                      {pem, 1, ""},
		"two":                      {pem + "# the other one\n" + pem, 2, ""},
		"a private key among them": {pem + testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256())), 1, ""},
		"OpenSSL's label":          {strings.ReplaceAll(pem, "CERTIFICATE", "TRUSTED CERTIFICATE"), 1, ""},
		"OpenSSL's own":            {testkeys.PEM("TRUSTED CERTIFICATE", append(slices.Clone(good.Raw), 0x30, 0)), 0, "openssl x509 -in"},
		"the second of two":        {pem + bad, 0, "its second certificate (CN=fake-client) cannot be read: negative serial number"},
		"the first of two":         {bad + pem, 0, "its first certificate (CN=fake-client) cannot be read"},
		"the twelfth":              {strings.Repeat(pem, 11) + bad, 0, "its certificate number 12 (CN=fake-client) cannot be read"},
		"cut off":                  {pem + testkeys.PEM("CERTIFICATE", good.Raw[:50]), 0, "its second certificate cannot be read: it is cut off"},
		"another label":            {testkeys.Public(t, testkeys.EC(t, elliptic.P256()).Public()), 0, "it is a public key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := Authorities(tc.text)
			if tc.want != "" {
				wantProblem(t, err, PartCertificate, tc.want, "")
			} else if err != nil || len(found) != tc.count {
				t.Errorf("%d certificates, %v", len(found), err)
			}
		})
	}
}
