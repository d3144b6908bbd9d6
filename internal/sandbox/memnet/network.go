// Package memnet is a network in memory, for tests on the fake clock of
// testing/synctest: that clock advances while all goroutines wait for this network.
//
// A Network is made and used in one bubble. A bubble fails if one of its goroutines does
// not end, so that no test on this network leaks one.
package memnet

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Network is a set of addresses, such as auth.example.com:443. The zero Network is empty.
// It is safe for concurrent use.
type Network struct {
	Latency time.Duration // how long data takes to arrive, each way. To open a connection takes one way there and one back

	mu    sync.Mutex
	hosts map[string]*host
}

// host is the listener at one address, and how often it was dialled.
type host struct {
	listener *listener
	broken   Break
	dialled  int
}

// Break is how connections to an address fail.
type Break func(ctx context.Context) error

// at returns the host at the address. The network is locked.
func (n *Network) at(address string) *host {
	if n.hosts == nil {
		n.hosts = map[string]*host{}
	}
	if n.hosts[address] == nil {
		n.hosts[address] = &host{}
	}
	return n.hosts[address]
}

// Listen accepts the connections to an address.
func (n *Network) Listen(address string) net.Listener {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := &listener{address: named(address), dialled: make(chan net.Conn), closed: make(chan struct{})}
	n.at(address).listener = l
	return l
}

// Break makes every connection to an address fail, until it is called with nil.
func (n *Network) Break(address string, how Break) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.at(address).broken = how
}

// Dialled returns how often an address was dialled.
func (n *Network) Dialled(address string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.at(address).dialled
}

// Dial connects to an address. The name of one without a listener is unknown.
func (n *Network) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	n.mu.Lock()
	h := n.at(address)
	h.dialled++
	broken, l := h.broken, h.listener
	n.mu.Unlock()
	if broken == nil && l == nil {
		broken = Unknown(address)
	}
	var err error
	if broken != nil {
		err = broken(ctx)
	} else {
		var conn net.Conn
		if conn, err = l.dial(ctx, n.Latency); err == nil {
			return conn, nil
		}
	}
	return nil, &net.OpError{Op: "dial", Net: network, Addr: named(address), Err: err}
}

// Unknown is an address whose name does not exist.
func Unknown(address string) Break {
	return lookup(address, net.DNSError{Err: "no such host", IsNotFound: true})
}

// Unresolved is an address whose name cannot be looked up, because no name server answers.
func Unresolved(address string) Break {
	return lookup(address, net.DNSError{Err: "server misbehaving", IsTemporary: true})
}

func lookup(address string, failed net.DNSError) Break {
	failed.Name, _, _ = net.SplitHostPort(address)
	return func(context.Context) error { return &failed }
}

// Refused is an address without a listener.
func Refused(context.Context) error { return os.NewSyscallError("connect", syscall.ECONNREFUSED) }

// Dropped is an address whose packets a firewall drops, so that there is no answer.
func Dropped(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// Serve serves HTTP at an address for as long as the test lasts.
func (n *Network) Serve(t *testing.T, address string, handler http.Handler) {
	t.Helper()
	serve(t, n.Listen(address), handler)
}

// ServeTLS is Serve over TLS.
func (n *Network) ServeTLS(t *testing.T, address string, certificate tls.Certificate, handler http.Handler) {
	t.Helper()
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	serve(t, tls.NewListener(n.Listen(address), config), handler)
}

func serve(t *testing.T, l net.Listener, handler http.Handler) {
	t.Helper()
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: time.Hour}
	go func() { _ = server.Serve(l) }() // it ends with the test
	t.Cleanup(func() { _ = server.Close() })
}

// Certify returns a certificate of a host, valid from one time from now until another, and
// the PEM to trust it.
func Certify(t *testing.T, host string, from, until time.Duration) (certificate tls.Certificate, trusted string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{host},
		NotBefore: time.Now().Add(from), NotAfter: time.Now().Add(until),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	trusted = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, trusted
}
