package provider

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/proxy"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// closeTime bounds the end of a proxy: OpenTofu ends the provider ten seconds after it has
// asked for a close.
const closeTime = 9 * time.Second

// openProxy is a proxy that listens, with its tokens.
type openProxy struct {
	proxy  *proxy.Proxy
	tokens *token.Supply
	sender *transport.Upstream
}

// close ends the proxy. Its error is that of revoking the tokens.
func (o *openProxy) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, closeTime)
	defer cancel()
	o.proxy.Close(ctx)
	o.sender.CloseIdleConnections()
	return o.tokens.Close(ctx)
}

// proxies are the open proxies of a provider. The zero value has none. It is safe for
// concurrent use.
type proxies struct {
	mu   sync.Mutex
	last int
	open map[int]*openProxy
}

// add adds a proxy, and returns its number, which is not 0.
func (p *proxies) add(opened *openProxy) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open == nil {
		p.open = map[int]*openProxy{}
	}
	p.last++
	p.open[p.last] = opened
	return p.last
}

// remove removes and returns a proxy; nil: there is none with that number.
func (p *proxies) remove(number int) *openProxy {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := p.open[number]
	delete(p.open, number)
	return found
}

// close ends all proxies, and revokes their tokens. Failures are of no use to anybody.
func (p *proxies) close(ctx context.Context) {
	p.mu.Lock()
	left := slices.Collect(maps.Values(p.open))
	p.open = nil
	p.mu.Unlock()
	var closed sync.WaitGroup
	for _, opened := range left {
		closed.Go(func() { _ = opened.close(ctx) })
	}
	closed.Wait()
}

// abort ends all proxies. They remain, so that a close revokes their tokens.
func (p *proxies) abort() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, opened := range p.open {
		opened.proxy.Abort()
	}
}
