package jose

import (
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Pair returns a client's certificate, with those that lead to its authority, and
// its private key for TLS. The error says why they cannot be used at that time,
// and reveals nothing of the key.
func Pair(certificatePEM string, keyPEM said.Secret, now time.Time) (tls.Certificate, error) {
	pair, err := tls.X509KeyPair([]byte(certificatePEM), []byte(keyPEM.Reveal()))
	if err != nil {
		return tls.Certificate{}, errors.New("the certificate and the key are not a PEM pair that belongs together")
	}
	switch {
	case now.Before(pair.Leaf.NotBefore):
		return tls.Certificate{}, fmt.Errorf("the certificate is not valid before %s", pair.Leaf.NotBefore.UTC().Format(time.RFC3339))
	case now.After(pair.Leaf.NotAfter):
		return tls.Certificate{}, fmt.Errorf("the certificate expired on %s", pair.Leaf.NotAfter.UTC().Format(time.RFC3339))
	}
	return pair, nil
}
