// Package tokentest has what load tests of the engine and of the provider share.
package tokentest

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// Callers is how many each member of a crowd has.
const Callers = 20

// The first callers arrive at once, the others after secondWave. Those who leave
// do so when their patience is over.
const (
	firstWave  = 15
	secondWave = 30 * time.Minute
	patience   = time.Second
)

// Plan is what happens to one member of a crowd.
type Plan struct {
	Name     string
	Requests int                   // how many token requests all of its callers take together
	Refused  bool                  // set where no caller gets a token
	Leased   bool                  // set where each token is revoked once, after its last caller
	leaves   func(caller int) bool // says which of the callers leave before there is an answer

	life               time.Duration
	faults, revocation []sandbox.Fault
}

// Leaves reports whether the caller leaves before there is an answer.
func (p *Plan) Leaves(caller int) bool {
	return p.leaves != nil && caller < firstWave && p.leaves(caller)
}

// Arrive waits until it is the caller's turn, and returns the context of its
// request, which is cancelled if it leaves.
func (p *Plan) Arrive(ctx context.Context, caller int) (context.Context, context.CancelFunc) {
	time.Sleep(time.Duration(caller) * time.Millisecond)
	if caller >= firstWave {
		time.Sleep(secondWave)
	}
	ctx, cancel := context.WithCancel(ctx)
	if p.Leaves(caller) {
		time.AfterFunc(patience, cancel)
	}
	return ctx, cancel
}

func plans() []Plan {
	always := func(int) bool { return true }
	some := func(caller int) bool { return caller%4 == 3 }
	return []Plan{
		{Name: "well", Requests: 1},
		{Name: "500 twice", Requests: 3, faults: []sandbox.Fault{sandbox.Status(http.StatusInternalServerError), sandbox.Status(http.StatusServiceUnavailable)}},
		{Name: "429", Requests: 2, faults: []sandbox.Fault{sandbox.RetryAfterSeconds(http.StatusTooManyRequests, 7)}},
		{Name: "reset", Requests: 2, faults: []sandbox.Fault{sandbox.CutBody()}},
		{Name: "slow, and some leave", Requests: 1, faults: []sandbox.Fault{sandbox.Slow(10 * time.Second)}, leaves: some},
		{Name: "slow, and all leave", Requests: 2, faults: []sandbox.Fault{sandbox.Slow(10 * time.Second)}, leaves: always},
		{Name: "refused", Requests: 1, Refused: true, faults: []sandbox.Fault{sandbox.Status(http.StatusUnauthorized)}},
		{Name: "short-lived", Requests: 2, life: time.Minute},
		{Name: "leased", Requests: 2, Leased: true},
		{
			Name: "leased with faults", Requests: 4, Leased: true, leaves: some,
			faults:     []sandbox.Fault{sandbox.Cut(), sandbox.RetryAfterSeconds(http.StatusServiceUnavailable, 1)},
			revocation: []sandbox.Fault{sandbox.RetryAfterSeconds(http.StatusServiceUnavailable, 2)},
		},
	}
}

// Member is one credential set of a crowd, with endpoints of its own.
type Member struct {
	Plan

	Name            string
	tokens, revoker *sandbox.Flaky

	mu              sync.Mutex
	issued, revoked []string
}

// Crowd serves the endpoints of many credential sets, each with a plan.
type Crowd struct {
	*http.ServeMux

	Members []*Member
}

// NewCrowd returns a crowd with that many members for each plan.
func NewCrowd(each int) *Crowd {
	c := &Crowd{ServeMux: http.NewServeMux()}
	for i := range each {
		for j, plan := range plans() {
			m := &Member{Plan: plan, Name: fmt.Sprintf("set-%d-%d", j, i)}
			m.tokens, m.revoker = sandbox.NewFlaky(http.HandlerFunc(m.issue)), sandbox.NewFlaky(http.HandlerFunc(m.revoke))
			m.tokens.Order(plan.faults...)
			m.revoker.Order(plan.revocation...)
			c.Handle("POST /"+m.Name+"/token", m.tokens)
			c.Handle("POST /"+m.Name+"/revoke", m.revoker)
			c.Members = append(c.Members, m)
		}
	}
	return c
}

func (m *Member) issue(w http.ResponseWriter, _ *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	issued := fmt.Sprintf("fake-token-%s-%d", m.Name, len(m.issued)+1)
	m.issued = append(m.issued, issued)
	w.Header().Set("Content-Type", "application/json")
	// The client may be gone.
	_, _ = fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":%d}`, issued, int64(cmp.Or(m.life, time.Hour)/time.Second))
}

func (m *Member) revoke(_ http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.revoked = append(m.revoked, r.PostFormValue("token"))
}

// Check reports how what happened differs from the plan.
func (m *Member) Check() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := m.tokens.Requests(); n != m.Requests {
		return fmt.Errorf("%s (%s): %d token requests, want %d", m.Name, m.Plan.Name, n, m.Requests)
	}
	times := map[string]int{}
	for _, revoked := range m.revoked {
		times[revoked]++
	}
	for _, issued := range m.issued {
		want := 0
		if m.Leased {
			want = 1
		}
		if times[issued] != want {
			return fmt.Errorf("%s (%s): %s was revoked %d times, want %d", m.Name, m.Plan.Name, issued, times[issued], want)
		}
	}
	return nil
}

// Has reports whether the member was issued the token.
func (m *Member) Has(token string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Contains(m.issued, token)
}
