package jose

import (
	"crypto/x509"
	"encoding/asn1"
	"slices"
	"strings"
)

const (
	isPublic      = "it is a public key, and the private key is needed"
	isCertificate = "it is a certificate, and its private key is needed"
	isRequest     = "it is a certificate request (CSR), and its private key is needed"
	isPKCS7       = "it is PKCS #7 (.p7b), which holds certificates, and the private key is needed"
	isPKCS12      = "it is PKCS #12 (.pfx, .p12), and PEM is needed; convert it: openssl pkcs12 -in FILE.pfx -nodes -out FILE.pem (if OpenSSL 3 says unsupported, add -legacy)"
	isOpenSSH     = "it is in the format of OpenSSH, and PEM is needed; convert a copy of it: ssh-keygen -p -m PKCS8 -f COPY"
	isPGP         = "it is a PGP key, which cannot be used; " + usableKeys
	isLocked      = "it is encrypted with age, SOPS or a vault, and PEM is needed; decrypt it first"
	isDSA         = "it is a DSA key, which cannot be used; " + usableKeys
	isCutOff      = "it is cut off: its end is missing"
	isDamaged     = "it is damaged: its first line must be -----BEGIN PRIVATE KEY-----, with five hyphens on both sides, and its last line must be like it"
	isUnknown     = "it has no PEM private key (-----BEGIN PRIVATE KEY-----) and is not a JWK"
	usableKeys    = "use RSA, EC on P-256, P-384 or P-521, or Ed25519"
)

// labelled says what a block is by its label; "" if that is unknown.
func labelled(label string) string {
	switch {
	case strings.Contains(label, "REQUEST"):
		return isRequest
	case strings.Contains(label, "CERTIFICATE"):
		return isCertificate
	case strings.Contains(label, "PGP"):
		return isPGP
	case strings.HasSuffix(label, "PUBLIC KEY"):
		return isPublic
	case label == "PKCS7", label == "CMS", strings.HasPrefix(label, "PKCS #7"):
		return isPKCS7
	case label == "PKCS12":
		return isPKCS12
	case strings.HasPrefix(label, "AGE "):
		return isLocked
	default:
		return ""
	}
}

// contained says what DER is, if it is not a private key; "" if that is unknown.
func contained(der []byte) string {
	if isShort(der) {
		return isCutOff
	}
	if _, err := x509.ParseCertificate(der); err == nil {
		return isCertificate
	}
	if _, err := x509.ParseCertificateRequest(der); err == nil {
		return isRequest
	}
	if _, err := x509.ParsePKCS1PublicKey(der); err == nil {
		return isPublic
	}
	switch firstOID(der).String() {
	case oidSignedData:
		return isPKCS7
	case oidData:
		return isPKCS12
	}
	var spki struct {
		Algorithm asn1.RawValue
		Public    asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &spki); err == nil {
		return isPublic
	}
	return ""
}

// isShort reports whether DER is shorter than it says.
func isShort(der []byte) bool {
	var whole asn1.RawValue
	_, err := asn1.Unmarshal(der, &whole)
	// If it can be read with zeros added, only its end is missing.
	_, longer := asn1.Unmarshal(slices.Concat(der, make([]byte, longestDER)), &whole)
	return len(der) > 0 && der[0] == sequence && err != nil && longer == nil
}

const (
	sequence   = 0x30    // the first byte of a key or a certificate
	longestDER = 1 << 16 // longer than any key or certificate

	oidData       = "1.2.840.113549.1.7.1"
	oidSignedData = "1.2.840.113549.1.7.2"
)

// firstOID returns the content type of PKCS #7, or the one in PKCS #12.
func firstOID(der []byte) asn1.ObjectIdentifier {
	var content struct {
		Type asn1.ObjectIdentifier
		Rest asn1.RawValue `asn1:"optional"`
	}
	var pfx struct {
		Version int
		Content asn1.RawValue
	}
	if _, err := asn1.Unmarshal(der, &content); err == nil {
		return content.Type
	}
	_, first := asn1.Unmarshal(der, &pfx)
	if _, second := asn1.Unmarshal(pfx.Content.FullBytes, &content); first != nil || second != nil {
		return nil
	}
	return content.Type
}
