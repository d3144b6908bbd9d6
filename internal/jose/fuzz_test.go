package jose

import (
	"crypto/elliptic"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	gojose "github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// choices are bytes, each of which makes one decision.
type choices struct{ left []byte }

// next returns a number below most.
func (c *choices) next(most int) int {
	if len(c.left) == 0 {
		return 0
	}
	chosen := int(c.left[0]) % most
	c.left = c.left[1:]
	return chosen
}

// pick returns one of several texts.
func (c *choices) pick(from ...string) string { return from[c.next(len(from))] }

// armor writes DER as PEM in one of the many forms that users have. Harmless says that it
// must be readable.
func (c *choices) armor(label string, der []byte) (text string, harmless bool) {
	text, harmless = testkeys.PEM(label, der), true
	for range c.next(5) {
		from := c.pick("\n", "\n", "=", "-----", "A", "BEGIN", "END ")
		to := c.pick("\n", "\r\n", "\r", " ", "\t\n", "\n\n", "\n  ", "\u00a0\n", "\u2028", "\ufeff\n", `\n`, "", "!", "----", "-", "–")
		if from != "\n" && from != to && (from != "=" || to != "") || strings.ContainsAny(to, `!-–\`) {
			harmless = false
		}
		if from == "\n" || c.next(2) == 0 {
			text = strings.ReplaceAll(text, from, to)
		} else {
			text = strings.Replace(text, from, to, 1)
		}
	}
	before := c.pick("", "\ufeff", "Bag Attributes\n", `"`, "  ", "# -----\n", "-----BEGIN")
	if before == "-----BEGIN" {
		harmless = false
	}
	return before + text + c.pick("", "\n", "the end", `"`), harmless
}

// FuzzPEM reads a key among other blocks, in the forms that users have.
func FuzzPEM(f *testing.F) {
	ec := testkeys.EC(f, elliptic.P256())
	key, err := readPEM(testkeys.PKCS8(f, ec))
	if err != nil {
		f.Fatal(err)
	}
	der := key[0].Bytes
	certificate := certificateOf(f, ec).Raw
	for _, seed := range []string{"", "\x01\x00\x01", "\x02\x00\x05\x00\x03", "\x03\x01\x0b\x01\x0c\x02", "\x04\x01\x02\x03\x04\x05\x06\x07\x08\x09"} {
		f.Add([]byte(seed), []byte{})
		f.Add([]byte(seed), der[:30])
	}
	f.Fuzz(func(t *testing.T, choose, other []byte) {
		c := &choices{choose}
		text, harmless := c.armor(c.pick("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"), der)
		switch c.next(4) {
		case 0: // alone
		case 1:
			more, alsoHarmless := c.armor("CERTIFICATE", certificate)
			text, harmless = text+"\n"+more, harmless && alsoHarmless
		default:
			more, _ := c.armor(c.pick("CERTIFICATE", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PUBLIC KEY", "X", "OPENSSH PRIVATE KEY", "TRUSTED CERTIFICATE"), other)
			text, harmless = text+"\n"+more, false
		}
		if harmless {
			wantKey(t, text, passphrase, ec)
		}
		if _, err := readKey(said.NewSecret(text), said.NewSecret(passphrase)); err != nil {
			checkError(t, err, text)
		}
		if _, err := Pair(text, said.NewSecret(text), said.NewSecret(passphrase), time.Now()); err != nil {
			checkError(t, err, text)
		}
	})
}

func checkError(t *testing.T, err error, secret string) {
	t.Helper()
	found, ok := err.(*Error) //nolint:errorlint // it is promised as it is
	if !ok {
		t.Fatalf("error is %T: %v", err, err)
	}
	checkProblem(t, found, secret)
}

// FuzzDER reads DER as a key and as certificates, under each label.
func FuzzDER(f *testing.F) {
	rsaKey, ec, ed := testkeys.RSA(f, 2048), testkeys.EC(f, elliptic.P256()), testkeys.Ed25519(f)
	for _, text := range []string{
		testkeys.PKCS8(f, rsaKey), testkeys.PKCS1(rsaKey), testkeys.SEC1(f, ec), testkeys.PKCS8(f, ec), testkeys.PKCS8(f, ed), testkeys.Public(f, ec.Public()),
		testkeys.PEM("CERTIFICATE", certificateOf(f, ec).Raw),
	} {
		blocks, err := readPEM(text)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(blocks[0].Bytes)
	}
	f.Add([]byte{0x30, 0x80, 0, 0})
	f.Fuzz(func(t *testing.T, der []byte) {
		if len(der) > 2000 {
			t.Skip() // a key of many bits takes long and shows nothing new
		}
		for _, label := range []string{"PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "CERTIFICATE", "TRUSTED CERTIFICATE"} {
			text := testkeys.PEM(label, der)
			if err := (JWT{Key: said.NewSecret(text)}).Check(time.Now()); err != nil {
				checkError(t, err, text)
			}
			if _, err := Authorities(text); err != nil {
				checkError(t, err, "")
			}
		}
		if err := (JWT{Key: said.NewSecret(base64.StdEncoding.EncodeToString(der))}).Check(time.Now()); err != nil {
			checkError(t, err, "")
		}
	})
}

// FuzzEncrypted reads encrypted keys of every scheme, good and bad.
func FuzzEncrypted(f *testing.F) {
	f.Add([]byte{}, []byte("fake-salt"), []byte("fake-iv-of-16-by"), []byte("0123456789abcdef"), uint32(1))
	f.Add([]byte{1, 2, 3, 4, 5}, []byte{}, []byte("short"), []byte("0123456789abcde"), uint32(1<<31))
	f.Fuzz(func(t *testing.T, choose, salt, initial, data []byte, number uint32) {
		c := &choices{choose}
		const most = 1 << 12 // more takes long, and is refused only far above
		count := int(number)
		if count > most && count <= mostIterations {
			count %= most
		}
		oid := func(from ...string) asn1.ObjectIdentifier { return parseOID(t, c.pick(from...)) }
		raw := func(value any) asn1.RawValue { return asn1.RawValue{FullBytes: marshal(t, value)} }
		prf := pkix.AlgorithmIdentifier{Algorithm: oid("1.2.840.113549.2.7", "1.2.840.113549.2.9", "1.2.840.113549.2.11", "1.2.3")}
		kdf := raw(pbkdf2Parameters{salt, count, c.next(40), prf})
		if c.next(2) == 1 {
			kdf = raw(scryptParameters{salt, count, c.next(10), c.next(4), c.next(40)})
		}
		derivation := pkix.AlgorithmIdentifier{Algorithm: oid(oidPBKDF2, oidScrypt, "1.2.3"), Parameters: kdf}
		encryption := pkix.AlgorithmIdentifier{
			Algorithm:  oid("2.16.840.1.101.3.4.1.42", "2.16.840.1.101.3.4.1.2", "1.2.840.113549.3.7", "1.3.14.3.2.7", "1.2.3"),
			Parameters: raw(initial),
		}
		der := marshal(t, encryptedInfo{pkix.AlgorithmIdentifier{Algorithm: oid(oidPBES2, "1.2.840.113549.1.5.3"), Parameters: raw(pbes2{derivation, encryption})}, data})
		text := testkeys.PEM("ENCRYPTED PRIVATE KEY", der)
		if err := (JWT{Key: said.NewSecret(text), Passphrase: said.NewSecret(passphrase)}).Check(time.Now()); err != nil {
			checkError(t, err, text)
		}
	})
}

// FuzzJWK reads JSON objects with the members of a JWK.
func FuzzJWK(f *testing.F) {
	for _, key := range []any{testkeys.RSA(f, 2048), testkeys.EC(f, elliptic.P256()), testkeys.Ed25519(f)} {
		text := testkeys.JWK(f, gojose.JSONWebKey{Key: key, KeyID: "k1"})
		f.Add(text)
		f.Add(`{"keys":[` + text + `]}`)
		f.Add(without(membersOf(f, key), "", "p", "q", "dp", "dq", "qi").written(f))
	}
	for _, text := range []string{`{}`, `{"kty":"oct","k":""}`, `{"keys":[{}]}`, `{"keys":null}`, `{"kty":1,"d":2}`, `{"kty":"OKP","crv":"Ed25519","x":"","d":""}`, `{"kty":"EC","d":"","x5c":["aHVzaA"]}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 5000 {
			t.Skip() // a key of many bits takes long and shows nothing new
		}
		if err := (JWT{Key: said.NewSecret("{" + strings.TrimPrefix(text, "{"))}).Check(time.Now()); err != nil {
			checkError(t, err, text)
		}
	})
}
