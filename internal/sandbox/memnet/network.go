// Package memnet is a network in memory, for tests on the fake clock of
// testing/synctest: that clock advances while all goroutines wait for this network.
//
// A Network is made and used in one bubble. A bubble ends when its last goroutine
// has ended, and fails if one never does: so no test on this network leaks one.
package memnet

import (
	"context"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// Network is a set of addresses, such as auth.example.com:443. The zero value is
// a network without any. It is safe for concurrent use.
type Network struct {
	// Latency is how long what is sent takes to arrive, each way; zero: no time. A
	// connection takes one way there and one back before anything is sent on it.
	Latency time.Duration

	mu    sync.Mutex
	hosts map[string]*host
}

// host is what answers at one address, and how often it was dialled.
type host struct {
	listener *listener
	broken   Break
	dialled  int
}

// Break is how connections to an address fail.
type Break func(ctx context.Context) error

// at returns what is at the address. The network is locked.
func (n *Network) at(address string) *host {
	if n.hosts == nil {
		n.hosts = map[string]*host{}
	}
	if n.hosts[address] == nil {
		n.hosts[address] = &host{}
	}
	return n.hosts[address]
}

// Listen takes the connections to an address.
func (n *Network) Listen(address string) net.Listener {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := &listener{address: named(address), dialled: make(chan net.Conn), closed: make(chan struct{})}
	n.at(address).listener = l
	return l
}

// Break makes every connection to an address fail; nil: no longer.
func (n *Network) Break(address string, how Break) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.at(address).broken = how
}

// Dialled returns how often a connection to an address was wanted.
func (n *Network) Dialled(address string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.at(address).dialled
}

// Dial connects to an address. If that has no listener, its name is unknown.
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

// Unknown is an address whose name no name server knows.
func Unknown(address string) Break {
	return lookup(address, net.DNSError{Err: "no such host", IsNotFound: true})
}

// Unresolved is an address whose name cannot be looked up, as no name server answers.
func Unresolved(address string) Break {
	return lookup(address, net.DNSError{Err: "server misbehaving", IsTemporary: true})
}

func lookup(address string, failed net.DNSError) Break {
	failed.Name, _, _ = net.SplitHostPort(address)
	return func(context.Context) error { return &failed }
}

// Refused is an address where nobody listens.
func Refused(context.Context) error { return os.NewSyscallError("connect", syscall.ECONNREFUSED) }

// Dropped is an address whose packets a firewall drops: nobody answers at all.
func Dropped(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}
