package token

import (
	"slices"
	"sync"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

const (
	// revocationTime bounds a revocation, and how long all revocations together wait
	// in vain for one host. Terraform closes one ephemeral resource after another, and
	// OpenTofu ends the provider ten seconds after it has asked for a close.
	revocationTime = 8 * time.Second
	grudge         = time.Minute // how long after that such a host is not asked again: it may recover in a long run
)

// patience bounds how long all revocations of a process together wait for a host
// that does not answer, or that is busy. It is safe for concurrent use.
type patience struct {
	mu    sync.Mutex
	hosts map[string]*waited
}

type span struct{ from, to time.Time }

// waited is how long revocations have waited for one host.
type waited struct {
	inVain  []span      // the waits that came to nothing
	waiting []time.Time // the beginnings of those that still wait
}

// spent returns the time in which at least one revocation waited in vain, and its end.
func (w *waited) spent() (spent time.Duration, end time.Time) {
	slices.SortFunc(w.inVain, func(a, b span) int { return a.from.Compare(b.from) })
	for _, s := range w.inVain {
		if s.from.Before(end) {
			s.from = end
		}
		if s.to.After(s.from) {
			spent, end = spent+s.to.Sub(s.from), s.to
		}
	}
	return spent, end
}

func newPatience() *patience { return &patience{hosts: map[string]*waited{}} }

// begin returns until when a revocation at a URL may wait. If that is later than
// now, the caller says with end how it ended.
func (p *patience) begin(location string, now time.Time) (until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := transport.Origin(location)
	host := p.hosts[at]
	if host == nil {
		host = &waited{}
		p.hosts[at] = host
	}
	spent, end := host.spent()
	if now.Sub(end) > grudge {
		spent, host.inVain = 0, nil
	}
	// Those that wait already may wait in vain too.
	first := slices.MinFunc(append(host.waiting, now), time.Time.Compare)
	until = first.Add(revocationTime - spent)
	if now.Before(until) {
		host.waiting = append(host.waiting, now)
	}
	return until
}

// end notes that a revocation which began at a time has ended, and whether it
// waited in vain.
func (p *patience) end(location string, began, now time.Time, inVain bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	host := p.hosts[transport.Origin(location)]
	if at := slices.Index(host.waiting, began); at >= 0 {
		host.waiting = slices.Delete(host.waiting, at, at+1)
	}
	if inVain {
		host.inVain = append(host.inVain, span{began, now})
	}
}

// exhaust ends all waiting for a host.
func (p *patience) exhaust(location string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	host := p.hosts[transport.Origin(location)]
	host.inVain = append(host.inVain, span{now.Add(-revocationTime), now})
}
