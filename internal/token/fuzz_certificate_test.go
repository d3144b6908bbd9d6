package token

import (
	"crypto/elliptic"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

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
	pool, err := transport.CertPool(certificates)
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
		tokentest.WantNoPiece(t, err.Error(), pair.KeyPEM.Reveal())
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
