package jose

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Pair returns a client's certificate chain and private key for TLS. The *Error says why
// they cannot be used at that time, and reveals nothing of the key.
func Pair(certificatePEM string, keyPEM, passphrase said.Secret, now time.Time) (tls.Certificate, error) {
	var none tls.Certificate
	text := plainText(keyPEM.Reveal())
	chain, err := Authorities(certificatePEM)
	if err != nil {
		if holds(certificatePEM, "PRIVATE KEY") && holds(text, "CERTIFICATE") && !holds(text, "PRIVATE KEY") {
			return none, badCertificate("it is a private key, and the key is a certificate: exchange the two")
		}
		return none, err
	}
	key, err := readTLSKey(text, passphrase)
	if err != nil {
		return none, err
	}
	if len(key.algorithms()) == 0 { // TLS uses the same kinds of signatures
		return none, badKey(unfitKind(key.signs))
	}
	if problem := misplaced(chain, key.signs); problem != "" {
		return none, badCertificate(problem)
	}
	leaf := chain[0]
	if when := outside(leaf, now); when != "" {
		return none, badCertificate("it " + when)
	}
	pair := tls.Certificate{PrivateKey: key.signs, Leaf: leaf}
	for _, certificate := range inOrder(chain) {
		pair.Certificate = append(pair.Certificate, certificate.Raw)
	}
	return pair, nil
}

// outside says why a certificate is not valid at a time; "" if it is valid.
func outside(certificate *x509.Certificate, now time.Time) string {
	switch {
	case now.Before(certificate.NotBefore):
		return "is not valid before " + certificate.NotBefore.UTC().Format(time.RFC3339)
	case now.After(certificate.NotAfter):
		return "expired on " + certificate.NotAfter.UTC().Format(time.RFC3339)
	default:
		return ""
	}
}

// readTLSKey reads a private key for TLS, and refuses a JWK.
func readTLSKey(text string, passphrase said.Secret) (private, error) {
	if !strings.HasPrefix(text, "{") {
		key, _, err := readPrivate(text, passphrase)
		return key, err
	}
	if _, err := readJWK(text); err != nil {
		return private{}, err
	}
	return private{}, badKey("it is a JWK, and PEM is needed here")
}

// holds reports whether a text has a PEM block with such a label.
func holds(text, label string) bool {
	return slices.ContainsFunc(beginLine.FindAllStringSubmatch(plainText(text), -1), func(found []string) bool {
		return strings.HasSuffix(found[1], label)
	})
}

// misplaced says why the first certificate of a chain does not belong to the key; "" if
// it does.
func misplaced(chain []*x509.Certificate, key any) string {
	switch own := slices.IndexFunc(chain, func(c *x509.Certificate) bool { return belongs(c, key) }); own {
	case 0:
		return ""
	case -1:
		return "it does not belong to the private key, which is that of another certificate"
	default:
		return "its " + nth(0) + named(chain[0].Subject) + " does not belong to the private key, but its " + nth(own) + named(chain[own].Subject) +
			" does: put that first, and then those that lead to its authority"
	}
}

// inOrder returns a chain with each certificate after the one that it has signed
// (RFC 5246, section 7.4.2), and all others at the end.
func inOrder(chain []*x509.Certificate) []*x509.Certificate {
	ordered, left := chain[:1:1], slices.Clone(chain[1:])
	for {
		last := ordered[len(ordered)-1]
		next := slices.IndexFunc(left, func(c *x509.Certificate) bool { return last.CheckSignatureFrom(c) == nil })
		if next == -1 {
			return append(ordered, left...)
		}
		ordered = append(ordered, left[next])
		left = slices.Delete(left, next, next+1)
	}
}

// Authorities returns the certificates in PEM, which are those of authorities, without the
// private keys among them. The *Error says which one cannot be read.
func Authorities(certificatesPEM string) ([]*x509.Certificate, error) {
	text := plainText(certificatesPEM)
	if text == "" {
		return nil, problem{"it is empty", SetIt}.of(PartCertificate)
	}
	blocks, err := readPEM(text)
	if bad, ok := errors.AsType[*Error](err); ok {
		return nil, &Error{PartCertificate, bad.Problem, bad.Remedy}
	}
	var found []*x509.Certificate
	for _, block := range blocks {
		if labelled(block.Type) != isCertificate {
			continue
		}
		certificate, problem := readCertificate(block)
		if problem != "" {
			return nil, badCertificate("its " + nth(len(found)) + subjectOf(block.Bytes) + " cannot be read: " + problem)
		}
		found = append(found, certificate)
	}
	if len(found) == 0 {
		return nil, noCertificate(text, blocks).of(PartCertificate)
	}
	return found, nil
}

// noCertificate returns the problem of a text without a certificate.
func noCertificate(text string, blocks []*pem.Block) problem {
	for _, block := range blocks {
		if says := notCertificate(block.Type); says != "" {
			return problem{says: says}
		}
	}
	der, _ := readBase64(text)
	switch contained(der) {
	case isPKCS12:
		return problem{says: isPKCS12}
	case isCertificate:
		return problem{says: "it is a certificate in DER, and PEM is needed; convert it: openssl x509 -inform DER -in FILE.der -out FILE.pem"}
	}
	if what := unlike(text); what.says != isUnknown && what.says != isPublic && what.says != isDamaged {
		return what
	}
	return problem{"it has no PEM certificate (-----BEGIN CERTIFICATE-----)", GiveText}
}

// notCertificate says what a block with such a label is; "" if that is unknown.
func notCertificate(label string) string {
	const needed = ", and a certificate is needed"
	switch {
	case strings.HasSuffix(label, "PRIVATE KEY"):
		return "it is a private key" + needed
	case labelled(label) == isPublic:
		return "it is a public key" + needed
	case labelled(label) == isRequest:
		return "it is a certificate request (CSR)" + needed
	case labelled(label) == isPKCS7:
		return "it is PKCS #7 (.p7b), and PEM is needed; convert it: openssl pkcs7 -print_certs -in FILE.p7b -out FILE.pem"
	default:
		return ""
	}
}

// readCertificate reads one certificate, or says why it cannot be read.
func readCertificate(block *pem.Block) (certificate *x509.Certificate, problem string) {
	certificate, err := x509.ParseCertificate(block.Bytes)
	switch {
	case err == nil:
		return certificate, ""
	case isShort(block.Bytes):
		return nil, "it is cut off"
	case strings.HasPrefix(block.Type, "TRUSTED"):
		return nil, "it is in OpenSSL's own format; convert it: openssl x509 -in OLD.pem -out NEW.pem"
	default:
		return nil, shown(strings.TrimPrefix(err.Error(), "x509: "))
	}
}

// subjectOf returns the name in a certificate that cannot be read, if it is legible.
func subjectOf(der []byte) string {
	var certificate struct{ Signed, Algorithm, Signature asn1.RawValue }
	var signed struct {
		Version                                        int `asn1:"optional,explicit,default:0,tag:0"`
		Serial                                         *big.Int
		Algorithm, Issuer, Validity, Subject, PublicBy asn1.RawValue
	}
	var parts pkix.RDNSequence
	var subject pkix.Name
	_, first := asn1.Unmarshal(der, &certificate)
	_, second := asn1.Unmarshal(certificate.Signed.FullBytes, &signed)
	_, third := asn1.Unmarshal(signed.Subject.FullBytes, &parts)
	if errors.Join(first, second, third) != nil {
		return ""
	}
	subject.FillFromRDNSequence(&parts)
	return named(subject)
}

// named returns a subject in brackets, for a message; "" if it has no name.
func named(subject pkix.Name) string {
	if text := shown(subject.String()); text != "" {
		return " (" + text + ")"
	}
	return ""
}

// shown returns a text of a certificate on one short line.
func shown(text string) string {
	const longest = 120
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}

// nth returns the words for the place of a certificate, counted from 0.
func nth(place int) string {
	words := []string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
	if place < len(words) {
		return words[place] + " certificate"
	}
	return fmt.Sprintf("certificate number %d", place+1)
}
