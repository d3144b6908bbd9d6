package jose

import (
	"bytes"
	"crypto"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// A program signs with keys of every kind, and prints the signature in any form that
// tools have.
func TestSignerSigns(t *testing.T) {
	t.Parallel()
	rsaKey, ed := testkeys.RSA(t, 2048), testkeys.Ed25519(t)
	p256, p384, p521 := testkeys.EC(t, elliptic.P256()), testkeys.EC(t, elliptic.P384()), testkeys.EC(t, elliptic.P521())
	std, url := base64.StdEncoding.EncodeToString, base64.RawURLEncoding.EncodeToString
	for name, tc := range map[string]struct {
		algorithm string
		key       crypto.Signer
		hash      crypto.Hash
		encode    func(signature []byte) string
	}{
		"RSA":                     {"RS256", rsaKey, crypto.SHA256, std},
		"RSA, url":                {"RS512", rsaKey, crypto.SHA512, url},
		"RSA, with a line break":  {"RS256", rsaKey, crypto.SHA256, func(s []byte) string { return std(s) + "\n" }},
		"RSA, lines of 64":        {"RS384", rsaKey, crypto.SHA384, func(s []byte) string { return lines(std(s), 64, "\n") }},
		"RSA, lines of 76, CRLF":  {"RS256", rsaKey, crypto.SHA256, func(s []byte) string { return lines(std(s), 76, "\r\n") }},
		"RSA, of Vault's transit": {"RS256", rsaKey, crypto.SHA256, func(s []byte) string { return "vault:v12:" + std(s) + "\n" }},
		"P-256, DER":              {"ES256", p256, crypto.SHA256, std},
		"P-256, raw":              {"ES256", p256, crypto.SHA256, func(s []byte) string { return std(raw(t, s, 32)) }},
		"P-256, raw, url":         {"ES256", p256, crypto.SHA256, func(s []byte) string { return url(raw(t, s, 32)) }},
		"P-256, url, padded":      {"ES256", p256, crypto.SHA256, base64.URLEncoding.EncodeToString},
		"P-384, DER":              {"ES384", p384, crypto.SHA384, std},
		"P-384, raw":              {"ES384", p384, crypto.SHA384, func(s []byte) string { return url(raw(t, s, 48)) }},
		"P-521, DER":              {"ES512", p521, crypto.SHA512, std},
		"P-521, raw":              {"ES512", p521, crypto.SHA512, func(s []byte) string { return url(raw(t, s, 66)) }},
		"Ed25519":                 {"EdDSA", ed, 0, std},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := JWT{Signer: []string{"sign", "key-1"}, Algorithm: tc.algorithm, KeyID: "key-1", Issuer: "me"}
			if err := s.Check(time.Now()); err != nil {
				t.Fatal(err)
			}
			signed, err := s.Sign(Moment{Now: time.Unix(1_800_000_000, 0), Audience: "a", ID: "i", Run: programs(t, tc.key, tc.hash, tc.encode)})
			if err != nil {
				t.Fatal(err)
			}
			header, claims := parsed(t, signed, tc.algorithm, tc.key.Public())
			if diff := cmp.Diff(map[string]any{"alg": tc.algorithm, "typ": "JWT", "kid": "key-1"}, header); diff != "" {
				t.Error(diff)
			}
			if claims["iss"] != "me" || claims["jti"] != "i" {
				t.Errorf("claims %v", claims)
			}
		})
	}
}

// lines breaks a text into lines of a length.
func lines(text string, length int, end string) string {
	var b strings.Builder
	for len(text) > length {
		b.WriteString(text[:length] + end)
		text = text[length:]
	}
	return b.String() + text + end
}

// Numbers that begin with zeros keep their place in the signature.
func TestReadSignatureShortNumbers(t *testing.T) {
	t.Parallel()
	der := marshal(t, struct{ R, S *big.Int }{big.NewInt(1), big.NewInt(0x80)})
	got, err := readSignature([]byte(base64.StdEncoding.EncodeToString(der)), "ES256")
	want := make([]byte, 64)
	want[31], want[63] = 1, 0x80
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("signature %x, error %v", got, err)
	}
}

func TestReadSignatureRefuses(t *testing.T) {
	t.Parallel()
	ec := testkeys.EC(t, elliptic.P384())
	digest := sha256.Sum256(nil)
	p384, err := ec.Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	std := base64.StdEncoding.EncodeToString
	numbers := func(r, s *big.Int) string { return std(marshal(t, struct{ R, S *big.Int }{r, s})) }
	one, order := big.NewInt(1), elliptic.P256().Params().N
	for name, tc := range map[string]struct{ algorithm, printed, want string }{
		"nothing":                   {"RS256", "", "it printed nothing"},
		"a line break":              {"ES256", "\r\n", "it printed nothing"},
		"bytes":                     {"RS256", string(p384), "bytes and not text"},
		"bytes that are UTF-8":      {"RS256", strings.Repeat("é", 128), "bytes and not text"},
		"hexadecimal":               {"RS256", hex.EncodeToString(make([]byte, 256)), "hexadecimal"},
		"hexadecimal, P-256":        {"ES256", strings.ToUpper(hex.EncodeToString(bytes.Repeat([]byte{0xa1}, 64))), "hexadecimal"},
		"JSON":                      {"ES256", `{"Signature":"` + std(p384) + `"}`, "JSON"},
		"a JSON string":             {"ES256", `"` + std(p384) + `"`, "JSON"},
		"words":                     {"RS256", "hush-hush! hush-hush!", "not base64"},
		"a JWT":                     {"RS256", "aGVhZGVy.Y2xhaW1z.c2lnbmF0dXJl", "not base64"},
		"half of base64":            {"EdDSA", std(make([]byte, 64))[:85], "not base64"},
		"a small RSA key's":         {"RS256", std(make([]byte, 128)), "it printed 128 bytes, and a signature of RS256 has at least 256"},
		"a digest":                  {"PS512", std(make([]byte, 64)), "it printed 64 bytes, and a signature of PS512 has at least 256"},
		"a file":                    {"PS256", std(make([]byte, 3000)), "it printed 3000 bytes"},
		"EdDSA, short":              {"EdDSA", std(make([]byte, 63)), "it printed 63 bytes, and a signature of EdDSA has 64"},
		"Ed25519, long":             {"Ed25519", std(make([]byte, 65)), "a signature of Ed25519 has 64"},
		"ES256, neither":            {"ES256", std(make([]byte, 72)), "it printed 72 bytes, which are neither the 64 bytes of a signature of ES256 nor one in DER"},
		"ES256, DER and more":       {"ES256", std(append(marshal(t, struct{ R, S *big.Int }{one, one}), 0)), "neither"},
		"ES256, of another curve":   {"ES256", std(p384), "its numbers do not belong to the curve P-256"},
		"ES256, raw, all zeros":     {"ES256", std(make([]byte, 64)), "curve P-256"},
		"ES256, raw, all ones":      {"ES256", std(bytes.Repeat([]byte{0xff}, 64)), "curve P-256"},
		"ES256, DER, zero":          {"ES256", numbers(new(big.Int), one), "curve P-256"},
		"ES256, DER, negative":      {"ES256", numbers(one, big.NewInt(-1)), "curve P-256"},
		"ES256, DER, order":         {"ES256", numbers(one, order), "curve P-256"},
		"ES512, raw of a short one": {"ES512", std(make([]byte, 128)), "neither the 132 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := readSignature([]byte(tc.printed), tc.algorithm)
			if got != nil {
				t.Errorf("signature %x", got)
			}
			wantProblem(t, err, PartSigner, tc.want, tc.printed)
		})
	}
}

// FuzzReadSignature reads what a program prints. A signature has the right length and the
// same numbers, and reading it again gives the same one.
func FuzzReadSignature(f *testing.F) {
	for _, algorithm := range []string{"ES256", "ES512", "RS256", "EdDSA", "PS384"} {
		for _, printed := range []string{es256Signed, es512Signed, rsaSigned, ed25519Signed, "", "vault:v1:AA==", "MAYCAQECAQE=", "MAYCAQECAf8=", "\x30\x06\x02\x01\x01\x02\x01\x01"} {
			f.Add([]byte(printed), algorithm)
		}
	}
	f.Fuzz(func(t *testing.T, printed []byte, algorithm string) {
		want, known := lengths()[algorithm]
		if !known {
			t.Skip()
		}
		got, err := readSignature(printed, algorithm)
		if err != nil {
			checkError(t, err, string(printed))
			return
		}
		if len(got) < want.bytes || !want.isLeast && len(got) != want.bytes || len(got) > mostRSA {
			t.Errorf("signature of %d bytes", len(got))
		}
		encoded := [][]byte{got}
		if want.curve != nil {
			half := want.bytes / 2
			encoded = append(encoded, marshal(t, struct{ R, S *big.Int }{new(big.Int).SetBytes(got[:half]), new(big.Int).SetBytes(got[half:])}))
		}
		wantSame(t, got, algorithm, encoded)
	})
}

// wantSame fails unless each form of a signature is read as that signature.
func wantSame(t *testing.T, signature []byte, algorithm string, encoded [][]byte) {
	t.Helper()
	for _, form := range encoded {
		text := base64.RawURLEncoding.EncodeToString(form)
		if hexadecimal.MatchString(text) {
			continue // only a made-up signature is
		}
		again, err := readSignature([]byte(text), algorithm)
		if err != nil || !bytes.Equal(again, signature) {
			t.Errorf("%x is read as %x, error %v", form, again, err)
		}
	}
}

// Nothing shows of the error of a signer, or of what it prints.
func TestSignerFails(t *testing.T) {
	t.Parallel()
	const hush = "hush-hush-hush-hush"
	s := JWT{Signer: []string{"sign", hush}, Algorithm: "ES256"}
	for want, failed := range map[string]error{"it has failed": errors.New(hush), "neither": nil} {
		_, err := s.Sign(Moment{Now: time.Now(), Run: func([]string, []byte) ([]byte, error) { return []byte(hush), failed }})
		wantProblem(t, err, PartSigner, want, hush)
	}
}

func TestSignerNeedsItsAlgorithm(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"", "HS256", "none", "XS256"} {
		wantProblem(t, JWT{Signer: []string{"sign"}, Algorithm: algorithm}.Check(time.Now()), PartAlgorithm, "the signer's private key", "")
	}
	for algorithm := range lengths() {
		if err := (JWT{Signer: []string{"sign"}, Algorithm: algorithm}).Check(time.Now()); err != nil {
			t.Errorf("%s: %v", algorithm, err)
		}
	}
}

// A shared secret of any length signs. Vendors issue short ones.
func TestSharedSecret(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		secret, algorithm, short string
	}{
		"as RFC 7518 wants":    {strings.Repeat("k", 32), "", ""},
		"one byte too short":   {strings.Repeat("k", 31), "HS256", "HS256 needs a secret of at least 32 bytes (RFC 7518, section 3.2), and it has 31"},
		"bytes":                {"\x00\xff\xfe", "", "at least 32 bytes"},
		"short, HS384":         {strings.Repeat("k", 47), "HS384", "at least 48 bytes"},
		"short, HS512":         {strings.Repeat("k", 63), "HS512", "at least 64 bytes"},
		"long enough, HS512":   {strings.Repeat("k", 64), "HS512", ""},
		"longer than a block":  {strings.Repeat("k", 200), "HS384", ""},
		"one letter":           {"k", "HS256", "and it has 1"},
		"another algorithm":    {"k", "RS256", ""},
		"none, of another key": {"", "RS256", ""},
	} {
		s := JWT{Secret: said.NewSecret(tc.secret), Algorithm: tc.algorithm}
		if short := s.ShortSecret(); !strings.Contains(short, tc.short) || (short == "") != (tc.short == "") {
			t.Errorf("%s: %q", name, short)
		}
	}
	short := said.NewSecret("short")
	signed, err := JWT{Secret: short, Claims: said.NewSecret(`{"iss":"app"}`)}.Sign(Moment{Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(signed.Reveal(), ".")
	mac := hmac.New(sha256.New, []byte("short"))
	_, _ = mac.Write([]byte(parts[0] + "." + parts[1])) // never fails
	if !hmac.Equal(mac.Sum(nil), base64url(t, parts[2])) {
		t.Error("the signature is wrong")
	}
	wantProblem(t, JWT{Secret: short, Algorithm: "RS256"}.Check(time.Now()), PartAlgorithm, "HS256, HS384 or HS512", "")
}
