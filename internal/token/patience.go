package token

import (
	"slices"
	"sync"
	"time"
)

const (
	// revocationTime bounds a revocation, and how long all revocations together wait
	// in vain for one host. Terraform closes one ephemeral resource after another, and
	// OpenTofu ends the provider ten seconds after it has asked for a close.
	revocationTime = 8 * time.Second
	keptShare      = 4           // is the part of that time that is left for the tokens that the revoked one needed
	grudge         = time.Minute // how long after that such a host is not asked again: it may recover in a long run
)

// patience bounds how long all revocations of a process together wait for a host
// that does not answer, or that is busy, or for a source. It is safe for concurrent use.
type patience struct {
	mu    sync.Mutex
	hosts map[string]*waited // by origin, and sources by what sourceKey returns
}

type span struct{ from, to time.Time }

// waited is how long revocations have waited for one host or one source.
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

// of returns what is known of a host. p must be locked.
func (p *patience) of(host string) *waited {
	if p.hosts[host] == nil {
		p.hosts[host] = &waited{}
	}
	return p.hosts[host]
}

// begin returns until when a revocation may wait for a host. If that is later than
// now, the caller says with end how it ended.
func (p *patience) begin(host string, now time.Time) (until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.of(host)
	spent, end := w.spent()
	if now.Sub(end) > grudge {
		spent, w.inVain = 0, nil
	}
	// Those that wait already may wait in vain too.
	first := slices.MinFunc(append(w.waiting, now), time.Time.Compare)
	until = first.Add(revocationTime - spent)
	if now.Before(until) {
		w.waiting = append(w.waiting, now)
	}
	return until
}

// end notes that a revocation which began at a time has ended. If it waited in vain for
// the host, since is when that began; else it is zero.
func (p *patience) end(host string, began, since, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.of(host)
	if at := slices.Index(w.waiting, began); at >= 0 {
		w.waiting = slices.Delete(w.waiting, at, at+1)
	}
	if !since.IsZero() {
		w.inVain = append(w.inVain, span{since, now})
	}
}

// exhaust ends all waiting for a host.
func (p *patience) exhaust(host string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.of(host)
	w.inVain = append(w.inVain, span{now.Add(-revocationTime), now})
}

// isExhausted reports whether nothing waits for a host any more.
func (p *patience) isExhausted(host string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	spent, end := p.of(host).spent()
	return spent >= revocationTime && now.Sub(end) <= grudge
}
