package jose

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
)

// private is a private key of the crypto packages.
type private struct {
	signs   any
	onlyPSS bool // it signs only with PS algorithms (RFC 4055, section 1.2)
}

// privateInfo is PrivateKeyInfo (RFC 5208, section 5).
type privateInfo struct {
	Version   int
	Algorithm pkix.AlgorithmIdentifier
	Inner     []byte
}

// sec1 is ECPrivateKey (RFC 5915, section 3).
type sec1 struct {
	Version int
	Number  []byte
	Curve   asn1.RawValue `asn1:"optional,tag:0"` // with its tag around it
}

const (
	oidEC  = "1.2.840.10045.2.1"
	oidRSA = "1.2.840.113549.1.1.1"
	oidPSS = "1.2.840.113549.1.1.10"
)

// readDER reads a private key in PKCS #8, PKCS #1 or SEC 1. Only its content decides which,
// because labels are often wrong.
func readDER(der []byte) (private, error) {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return private{signs: key}, nil
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return private{signs: key}, nil
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return private{signs: key}, nil
	}
	var info privateInfo
	if _, err := asn1.Unmarshal(der, &info); err == nil {
		return readPKCS8(info)
	}
	return private{}, badKey(unreadable(der))
}

// readPKCS8 reads a private key that crypto/x509 cannot read, or says why it cannot be used.
func readPKCS8(info privateInfo) (private, error) {
	kind := info.Algorithm.Algorithm.String()
	switch kind {
	case oidPSS:
		if key, err := x509.ParsePKCS1PrivateKey(info.Inner); err == nil {
			return private{signs: key, onlyPSS: true}, nil
		}
		return private{}, badKey(unreadable(info.Inner))
	case oidRSA:
		return private{}, badKey(unreadable(info.Inner))
	case oidEC:
		return private{}, badKey(onCurve(info.Algorithm.Parameters))
	}
	if name := kindName(kind); name != "" {
		return private{}, badKey("it is a key for " + name + ", which cannot be used; " + usableKeys)
	}
	return private{}, badKey("it is a key of a kind that cannot be used; " + usableKeys)
}

// kindName names a kind of key that cannot be used, by its OID; "" if it is unknown.
func kindName(oid string) string {
	return map[string]string{
		"1.2.840.10040.4.1":       "DSA",
		"1.2.840.113549.1.3.1":    "Diffie-Hellman",
		"1.3.101.110":             "X25519",
		"1.3.101.111":             "X448",
		"1.3.101.113":             "Ed448",
		"2.16.840.1.101.3.4.3.17": "ML-DSA",
		"2.16.840.1.101.3.4.3.18": "ML-DSA",
		"2.16.840.1.101.3.4.3.19": "ML-DSA",
	}[oid]
}

// onCurve says why an EC key cannot be used, by its curve.
func onCurve(parameters asn1.RawValue) string {
	var curve asn1.ObjectIdentifier
	if _, err := asn1.Unmarshal(parameters.FullBytes, &curve); err != nil {
		return "it is an EC key that describes its curve in place of naming it; " + usableKeys
	}
	switch name := curveName(curve.String()); name {
	case "":
		return "it is an EC key on a curve that cannot be used; " + usableKeys
	case "P-256", "P-384", "P-521":
		return "it is a damaged EC key: its number is not one of its curve " + name
	default:
		return "it is an EC key on the curve " + name + ", which cannot be used; " + usableKeys
	}
}

// curveName names a curve by its OID; "" if it is unknown.
func curveName(oid string) string {
	return map[string]string{
		"1.2.840.10045.3.1.7":   "P-256",
		"1.3.132.0.34":          "P-384",
		"1.3.132.0.35":          "P-521",
		"1.3.132.0.33":          "P-224",
		"1.2.840.10045.3.1.1":   "P-192",
		"1.3.132.0.10":          "secp256k1",
		"1.2.156.10197.1.301":   "SM2",
		"1.3.36.3.3.2.8.1.1.7":  "brainpoolP256r1",
		"1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
		"1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
	}[oid]
}

// unreadable says why DER is not a private key that can be used.
func unreadable(der []byte) string {
	var numbers []*big.Int
	if _, err := asn1.Unmarshal(der, &numbers); err == nil {
		switch {
		case len(numbers) == 6: // version, p, q, g, y, x
			return isDSA
		case len(numbers) >= 9 && numbers[1].BitLen() < smallestRSA:
			return tooSmall(numbers[1].BitLen())
		case len(numbers) >= 9:
			return "it is a damaged RSA key: its numbers do not belong together"
		}
	}
	var ec sec1
	if _, err := asn1.Unmarshal(der, &ec); err == nil && ec.Version == 1 {
		return onCurve(asn1.RawValue{FullBytes: ec.Curve.Bytes})
	}
	if what := contained(der); what != "" {
		return what
	}
	return "it is damaged: what it holds is not a private key"
}
