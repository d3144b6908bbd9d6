package token

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// A thousand callers over fifty credential sets, most of which fail now and
// then: each caller gets the token of its set or the error of its set, no
// request is made twice, each leased token is revoked once. The bubble sees to
// it that no goroutine is left.
func TestLoad(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		network, crowd := &memnet.Network{}, tokentest.NewCrowd(5)
		network.Serve(t, "localhost:80", crowd)
		runtime := testRuntime()
		runtime.Dial = network.Dial
		client := clientWith(t, transport.DefaultSettings(), runtime)
		l := load{t: t, cache: NewCache(client)}
		var callers sync.WaitGroup
		for _, member := range crowd.Members {
			for caller := range tokentest.Callers {
				callers.Go(func() { l.call(member, caller) })
			}
		}
		callers.Wait()
		for _, member := range crowd.Members {
			if err := member.Check(); err != nil {
				t.Error(err)
			}
		}
	})
}

type load struct {
	t     *testing.T
	cache *Cache
}

func (l load) call(m *tokentest.Member, caller int) {
	ctx, cancel := m.Arrive(l.t.Context(), caller)
	defer cancel()
	x := testExchange("http://localhost/" + m.Name + "/token")
	x.Credentials = m.Name
	got, id, err := l.get(ctx, m, x)
	if want := kindOf(m, caller); want != 0 {
		var e *Error
		if !errors.As(err, &e) || e.Kind != want || e.Exchange.Credentials != m.Name {
			l.t.Errorf("%s: error %v, want one of kind %d", m.Name, err, want)
		}
		return
	}
	if err != nil || !m.Has(got.AccessToken.Reveal()) {
		l.t.Errorf("%s: %v, or the token of somebody else", m.Name, err)
	}
	if m.Leased {
		time.Sleep(time.Duration(1+caller) * time.Second)
		release(l.t, l.cache, id)
	}
}

func (l load) get(ctx context.Context, m *tokentest.Member, x *Exchange) (got *Token, id string, err error) {
	if !m.Leased {
		got, err = l.cache.Token(ctx, x, 0)
		return got, "", err
	}
	x.Revoke = &Request{URL: "http://localhost/" + m.Name + "/revoke", Form: NewForm(map[string]string{"token": "{token}"})}
	return l.cache.Lease(ctx, x, 0)
}

// kindOf is the kind of the error that a caller gets; 0: none.
func kindOf(m *tokentest.Member, caller int) Kind {
	switch {
	case m.Leaves(caller):
		return KindCancelled
	case m.Refused:
		return KindRefused
	default:
		return 0
	}
}
