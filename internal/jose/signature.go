package jose

import (
	"crypto/elliptic"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

// length is the length of a signature in bytes, or of the shortest one, and the curve of
// its numbers if there is one.
type length struct {
	bytes   int
	isLeast bool
	curve   elliptic.Curve
}

// mostRSA is the length in bytes of the signature of the largest RSA key, which has 16384 bits.
const mostRSA = 16384 / 8

// lengths returns those of the algorithms with which a program may sign (RFC 7518,
// section 3, and RFC 8037).
func lengths() map[string]length {
	found := map[string]length{
		"EdDSA": {bytes: 64}, fullySpecified: {bytes: 64},
		"ES256": {bytes: 64, curve: elliptic.P256()}, "ES384": {bytes: 96, curve: elliptic.P384()}, "ES512": {bytes: 132, curve: elliptic.P521()},
	}
	for _, algorithm := range []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"} {
		found[algorithm] = length{bytes: smallestRSA / 8, isLeast: true}
	}
	return found
}

// readSignature returns the signature that a program has printed in base64 or base64url,
// in the form that a JWS has. Its error is an *Error, which does not quote what was printed.
func readSignature(printed []byte, algorithm string) ([]byte, error) {
	text := strings.Join(strings.Fields(string(printed)), "")
	text = transit.ReplaceAllString(text, "")
	if says := unlikeSignature(text); says != "" {
		return nil, badSignature(says)
	}
	digits := strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(text), "=")
	raw, err := base64.RawStdEncoding.DecodeString(digits)
	if err != nil {
		return nil, badSignature("it printed a text that is not base64. It must print the signature in base64 or base64url, and nothing else")
	}
	want := lengths()[algorithm]
	switch {
	case want.curve != nil:
		return readECDSA(raw, algorithm, want)
	case want.isLeast && (len(raw) < want.bytes || len(raw) > mostRSA):
		return nil, unfitSignature(fmt.Sprintf("it printed %d bytes, and a signature of %s has at least %d, with an RSA key of %d bits", len(raw), algorithm, want.bytes, smallestRSA))
	case !want.isLeast && len(raw) != want.bytes:
		return nil, unfitSignature(fmt.Sprintf("it printed %d bytes, and a signature of %s has %d", len(raw), algorithm, want.bytes))
	}
	return raw, nil
}

func badSignature(says string) error { return problem{says: says}.of(PartSigner) }

// unfitSignature is the error of what may be the signature of another algorithm.
func unfitSignature(says string) error { return problem{says, FitAlgorithm}.of(PartSigner) }

var (
	// transit matches what Vault's transit engine writes before a signature.
	transit = regexp.MustCompile(`^vault:v\d+:`)
	// hexadecimal matches a signature in hexadecimal, which is valid base64 too.
	hexadecimal = regexp.MustCompile(`^([0-9a-f]{64,}|[0-9A-F]{64,})$`)
)

// unlikeSignature says what a program has printed that is certainly no signature in
// base64; "" if it may be one.
func unlikeSignature(text string) string {
	const encode = "It must print base64: end the command with | base64, in sh -c \"…\""
	switch {
	case text == "":
		return "it printed nothing. It must print the signature in base64"
	case strings.ContainsFunc(text, func(r rune) bool { return r < '!' || r > '~' }):
		return "it printed bytes and not text. " + encode
	case hexadecimal.MatchString(text) && strings.ContainsAny(text, "0123456789"): // zeros in base64 are As
		return "it printed hexadecimal. " + encode + ", of the bytes"
	case strings.ContainsAny(text[:1], `{["`):
		return "it printed JSON. It must print the signature alone, without quotes: with --output text, jq -r or the like"
	}
	return ""
}

// readECDSA returns an ECDSA signature as its two numbers with leading zeros (RFC 7518,
// section 3.4), from that or from DER, as most programs print it.
func readECDSA(raw []byte, algorithm string, want length) ([]byte, error) {
	half := want.bytes / 2
	var numbers struct{ R, S *big.Int }
	if len(raw) == want.bytes {
		numbers.R, numbers.S = new(big.Int).SetBytes(raw[:half]), new(big.Int).SetBytes(raw[half:])
	} else if rest, err := asn1.Unmarshal(raw, &numbers); err != nil || len(rest) > 0 {
		return nil, unfitSignature(fmt.Sprintf("it printed %d bytes, which are neither the %d bytes of a signature of %s nor one in DER", len(raw), want.bytes, algorithm))
	}
	order := want.curve.Params().N
	for _, n := range []*big.Int{numbers.R, numbers.S} {
		if n.Sign() <= 0 || n.Cmp(order) >= 0 {
			return nil, unfitSignature("it printed a signature that is not one of " + algorithm + ": its numbers do not belong to the curve " + want.curve.Params().Name)
		}
	}
	signature := make([]byte, want.bytes)
	numbers.R.FillBytes(signature[:half])
	numbers.S.FillBytes(signature[half:])
	return signature, nil
}
