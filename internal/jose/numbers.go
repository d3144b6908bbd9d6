package jose

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"strconv"
	"strings"
)

// largestRSA is the largest RSA key in bits, as in crypto/x509.
const largestRSA = 16384

// number decodes a member from base64url or base64, with or without padding, since tools
// write all of these.
func (m members) number(name string) (number []byte, ok bool) {
	var text string
	if err := json.Unmarshal(m[name], &text); err != nil {
		return nil, false
	}
	text = strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(text, "="))
	number, err := base64.RawURLEncoding.DecodeString(text)
	return number, err == nil
}

func (m members) setNumber(name string, number []byte) {
	m[name] = json.RawMessage(strconv.Quote(base64.RawURLEncoding.EncodeToString(number)))
}

// tidied returns the members with their numbers in the form of RFC 7518, and without empty
// ones. Members that are not numbers stay as they are, and are refused later.
func (m members) tidied() members {
	tidy := maps.Clone(m)
	for _, name := range []string{"n", "e", "d", "p", "q", "dp", "dq", "qi", "x", "y"} {
		number, ok := m.number(name)
		switch {
		case !ok:
		case len(number) == 0:
			delete(tidy, name)
		default:
			tidy.setNumber(name, number)
		}
	}
	return tidy
}

// complete adds the numbers of a private key that tools leave out, with and without
// permission of RFC 7518. It says what is wrong; "" if nothing is.
func (m members) complete() (problem string) {
	switch m.text("kty") {
	case "RSA":
		return m.completeRSA()
	case "EC":
		return m.completeEC()
	default:
		return ""
	}
}

// completeRSA adds the primes, which are optional (RFC 7518, section 6.3.2).
func (m members) completeRSA() (problem string) {
	var numbers [3]*big.Int
	for i, name := range []string{"n", "e", "d"} {
		number, ok := m.number(name)
		if !ok {
			return "" // the library refuses it
		}
		numbers[i] = new(big.Int).SetBytes(number)
	}
	n := numbers[0]
	switch bits := n.BitLen(); {
	case bits < smallestRSA:
		return tooSmall(bits)
	case bits > largestRSA:
		return fmt.Sprintf("its RSA key has %d bits, and at most %d can be used", bits, largestRSA)
	case m["p"] != nil && m["q"] != nil:
		return ""
	}
	p, q := primes(n, numbers[1], numbers[2])
	if p == nil {
		return "it is a damaged RSA key: its n, e and d do not belong together"
	}
	m.setNumber("p", p.Bytes())
	m.setNumber("q", q.Bytes())
	for _, name := range []string{"dp", "dq", "qi"} { // they may be those of q and p
		delete(m, name)
	}
	return ""
}

// primes returns the prime factors of the n of an RSA key (NIST SP 800-56B, revision 2,
// appendix C.2); nil if n, e and d do not belong together.
func primes(n, e, d *big.Int) (p, q *big.Int) {
	one := big.NewInt(1)
	multiple := new(big.Int).Mul(d, e)
	multiple.Sub(multiple, one)
	if multiple.Sign() <= 0 {
		return nil, nil
	}
	// This makes it a multiple of (p-1)(q-1), which is n - (p+q) + 1.
	multiple.Mul(multiple, new(big.Int).GCD(nil, nil, new(big.Int).Sub(n, one), multiple))
	times, remainder := new(big.Int).QuoRem(multiple, n, new(big.Int))
	sum, left := new(big.Int).QuoRem(new(big.Int).Sub(n, remainder), times.Add(times, one), new(big.Int))
	sum.Add(sum, one)
	square := new(big.Int).Mul(sum, sum)
	square.Sub(square, new(big.Int).Lsh(n, 2))
	if left.Sign() != 0 || square.Sign() <= 0 {
		return nil, nil
	}
	difference := new(big.Int).Sqrt(square)
	p = new(big.Int).Add(sum, difference)
	q = new(big.Int).Sub(sum, difference)
	p, q = p.Rsh(p, 1), q.Rsh(q, 1)
	if new(big.Int).Mul(p, q).Cmp(n) != 0 {
		return nil, nil
	}
	return p, q
}

// completeEC corrects leading zeros. Some tools leave them out, and some write one too many.
// The sizes of the numbers in bytes are those of RFC 7518, section 6.2.1.2.
func (m members) completeEC() (problem string) {
	curve := m.text("crv")
	size := map[string]int{"P-256": 32, "P-384": 48, "P-521": 66}[curve]
	for _, name := range []string{"x", "y", "d"} {
		number, ok := m.number(name)
		number = bytes.TrimLeft(number, "\x00")
		switch {
		case size == 0 || !ok: // the library refuses it
		case len(number) > size:
			return fmt.Sprintf("it is not a valid JWK: its %s has %d bytes, and %s has numbers of %d bytes", name, len(number), curve, size)
		default:
			m.setNumber(name, append(make([]byte, size-len(number), size), number...))
		}
	}
	return ""
}

// isWhole reports whether an EC key belongs to its public key. The library checks that for
// other kinds only; without it, servers would refuse each signature.
func isWhole(key any) bool {
	ec, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return true
	}
	raw, err := ec.Bytes()
	if err != nil {
		return false
	}
	own, err := ecdsa.ParseRawPrivateKey(ec.Curve, raw)
	return err == nil && own.PublicKey.Equal(&ec.PublicKey)
}
