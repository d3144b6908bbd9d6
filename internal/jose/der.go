package jose

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
)

// private is a private key of the crypto packages.
type private struct {
	signs any
	// onlyPSS says that it signs only with PS algorithms (RFC 4055, section 1.2).
	onlyPSS bool
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
	switch oid {
	case "1.2.840.10040.4.1":
		return "DSA"
	case "1.2.840.113549.1.3.1":
		return "Diffie-Hellman"
	case "1.3.101.110":
		return "X25519"
	case "1.3.101.111":
		return "X448"
	case "1.3.101.113":
		return "Ed448"
	case "2.16.840.1.101.3.4.3.17", "2.16.840.1.101.3.4.3.18", "2.16.840.1.101.3.4.3.19":
		return "ML-DSA"
	default:
		return ""
	}
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
	switch oid {
	case "1.2.840.10045.3.1.7":
		return "P-256"
	case "1.3.132.0.34":
		return "P-384"
	case "1.3.132.0.35":
		return "P-521"
	case "1.3.132.0.33":
		return "P-224"
	case "1.2.840.10045.3.1.1":
		return "P-192"
	case "1.3.132.0.10":
		return "secp256k1"
	case "1.2.156.10197.1.301":
		return "SM2"
	case "1.3.36.3.3.2.8.1.1.7":
		return "brainpoolP256r1"
	case "1.3.36.3.3.2.8.1.1.11":
		return "brainpoolP384r1"
	case "1.3.36.3.3.2.8.1.1.13":
		return "brainpoolP512r1"
	default:
		return ""
	}
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
