package jose

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	gojose "github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// membersOf returns a key as the members of a JWK.
func membersOf(tb testing.TB, key any) members {
	tb.Helper()
	var found members
	if err := json.Unmarshal([]byte(testkeys.JWK(tb, gojose.JSONWebKey{Key: key, KeyID: "k1"})), &found); err != nil {
		tb.Fatal(err)
	}
	return found
}

func (m members) written(tb testing.TB) string {
	tb.Helper()
	text, err := json.Marshal(m)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// without returns the members without some, or with them empty.
func without(m members, value string, names ...string) members {
	for _, name := range names {
		delete(m, name)
		if value != "" {
			m[name] = json.RawMessage(value)
		}
	}
	return m
}

// An RSA key needs only its n, e and d (Spomky-Labs/jose#158, jose-jwt#10).
func TestRSAWithoutItsPrimes(t *testing.T) {
	t.Parallel()
	key := testkeys.RSA(t, 2048)
	all := []string{"p", "q", "dp", "dq", "qi"}
	inverse := func(modulus *big.Int) []byte {
		return new(big.Int).ModInverse(big.NewInt(int64(key.E)), modulus).Bytes()
	}
	less := func(i int) *big.Int { return new(big.Int).Sub(key.Primes[i], big.NewInt(1)) }
	totient := new(big.Int).Mul(less(0), less(1))
	withD := func(d []byte) members {
		m := without(membersOf(t, key), "", all...)
		m.setNumber("d", d)
		return m
	}
	for name, m := range map[string]members{
		"none of the five":   without(membersOf(t, key), "", all...),
		"all empty":          without(membersOf(t, key), `""`, all...),
		"all null":           without(membersOf(t, key), "null", all...),
		"primes alone empty": without(membersOf(t, key), `""`, "p", "q"),
		"one prime":          without(membersOf(t, key), "", "q"),
		"the other prime":    without(membersOf(t, key), "", "p"),
		"primes alone":       without(membersOf(t, key), "", "dp", "dq", "qi"),
		"d of (p-1)(q-1)":    withD(inverse(totient)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := readKey(said.NewSecret(m.written(t)), said.Secret{})
			if err != nil {
				t.Fatal(err)
			}
			if public, ok := got.signs.(*rsa.PrivateKey); !ok || !public.PublicKey.Equal(&key.PublicKey) {
				t.Error("it is another key")
			}
			if _, err := (JWT{Key: said.NewSecret(m.written(t))}).Sign(Moment{Now: time.Now()}); err != nil {
				t.Error(err)
			}
		})
	}
}

// The primes are found for any public exponent and any sizes of primes.
func TestPrimes(t *testing.T) {
	t.Parallel()
	one := big.NewInt(1)
	for _, tc := range []struct {
		p, q int
		e    int64
	}{{512, 512, 65537}, {512, 512, 3}, {500, 520, 17}, {300, 720, 65537}, {512, 511, 1<<31 - 1}} {
		var p, q, d *big.Int
		for e := big.NewInt(tc.e); d == nil; d = new(big.Int).ModInverse(e, new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))) {
			p, q = prime(t, tc.p), prime(t, tc.q)
		}
		larger, smaller := primes(new(big.Int).Mul(p, q), big.NewInt(tc.e), d)
		if p.Cmp(q) < 0 {
			p, q = q, p
		}
		if larger == nil || larger.Cmp(p) != 0 || smaller.Cmp(q) != 0 {
			t.Errorf("%d bits and %d bits: not found with e = %d", tc.p, tc.q, tc.e)
		}
	}
}

func prime(t *testing.T, bits int) *big.Int {
	t.Helper()
	found, err := rand.Prime(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Some tools leave leading zeros out (josepy#91), and some write one too many.
func TestECNumbersOfOtherLengths(t *testing.T) {
	t.Parallel()
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		size := (curve.Params().BitSize + 7) / 8
		private := make([]byte, size)
		private[size-1] = 7 // and so many leading zeros
		short, err := ecdsa.ParseRawPrivateKey(curve, private)
		if err != nil {
			t.Fatal(err)
		}
		keys := map[string]*ecdsa.PrivateKey{"small": short}
		if curve != elliptic.P384() { // one key in 256, and slow to make
			keys["with a short x"] = shortX(t, curve)
		}
		for name, key := range keys {
			t.Run(curve.Params().Name+", "+name, func(t *testing.T) {
				t.Parallel()
				trimmed, signed := membersOf(t, key), membersOf(t, key)
				for _, name := range []string{"x", "y", "d"} {
					number, _ := trimmed.number(name)
					trimmed.setNumber(name, new(big.Int).SetBytes(number).Bytes())
					signed.setNumber(name, append([]byte{0, 0}, number...))
				}
				wantKey(t, trimmed.written(t), "", key)
				wantKey(t, signed.written(t), "", key)
			})
		}
	}
}

// shortX returns a key whose x begins with a zero.
func shortX(t *testing.T, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	for {
		key := testkeys.EC(t, curve)
		raw, err := key.PublicKey.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if raw[1] == 0 { // behind the byte that says what follows
			return key
		}
	}
}

// A JWK can be in the other alphabet of base64, and have padding.
func TestJWKInOtherBase64(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]any{"RSA": testkeys.RSA(t, 2048), "EC": testkeys.EC(t, elliptic.P521()), "Ed25519": testkeys.Ed25519(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			padded := membersOf(t, key)
			for name := range padded {
				if number, ok := padded.number(name); ok && len(name) <= 2 {
					padded[name] = json.RawMessage(`"` + base64.StdEncoding.EncodeToString(number) + `"`)
				}
			}
			wantKey(t, padded.written(t), "", key)
		})
	}
}

func TestJWKNumbersRefused(t *testing.T) {
	t.Parallel()
	rsaKey, other := testkeys.RSA(t, 2048), testkeys.RSA(t, 2048)
	changed := func(key any, name string, number []byte) members {
		m := membersOf(t, key)
		m.setNumber(name, number)
		return m
	}
	lone := func(name string, number []byte) members { return without(changed(rsaKey, name, number), "", "p", "q") }
	ec, ed := testkeys.EC(t, elliptic.P256()), testkeys.Ed25519(t)
	for name, tc := range map[string]struct {
		members members
		want    string
	}{
		"d of another key":          {lone("d", other.D.Bytes()), "its n, e and d do not belong together"},
		"n of another key":          {lone("n", other.N.Bytes()), "its n, e and d do not belong together"},
		"d of one":                  {lone("d", []byte{1}), "its n, e and d do not belong together"},
		"d of zeros":                {lone("d", []byte{0, 0}), "its n, e and d do not belong together"},
		"e of zeros":                {lone("e", []byte{0}), "its n, e and d do not belong together"},
		"a large n":                 {lone("n", []byte(strings.Repeat("x", 2049))), "16391 bits, and at most 16384"},
		"1024 bits, without primes": {without(membersOf(t, testkeys.RSA(t, 1024)), "", "p", "q"), "1024 bits, and at least 2048"},
		"an empty d":                {without(membersOf(t, rsaKey), `""`, "d"), "it is a public key"},
		"no e":                      {without(membersOf(t, rsaKey), "", "e"), "do not make a key"},
		"e as a number":             {without(membersOf(t, rsaKey), "65537", "e"), "do not make a key"},
		"d of a larger curve":       {changed(ec, "d", []byte(strings.Repeat("x", 48))), "its d has 48 bytes, and P-256 has numbers of 32 bytes"},
		"x with more behind":        {changed(ec, "x", append([]byte{1}, make([]byte, 32)...)), "its x has 33 bytes"},
		"d of another EC key":       {changed(ec, "d", []byte(strings.Repeat("x", 32))), "its d does not belong to its public key"},
		"d of zeros, EC":            {changed(ec, "d", []byte{0}), "does not"},
		"d beyond the curve":        {changed(ec, "d", []byte(strings.Repeat("\xff", 32))), "does not"},
		"d of another Ed25519 key":  {changed(ed, "d", testkeys.Ed25519(t).Seed()), "do not make a key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := tc.members.written(t)
			wantProblem(t, JWT{Key: said.NewSecret(text)}.Check(time.Now()), PartKey, tc.want, text)
		})
	}
}
