package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// idleTime is how long an unused connection is kept: long enough for what follows
	// at once (discovery, the token, other sets), and shorter than what servers
	// commonly allow. Those close after 5 seconds or more, and a request that is
	// written just then is lost.
	idleTime = 4 * time.Second
	// idlePerHost is how many unused connections to one host are kept. Terraform
	// makes ten requests at once unless told otherwise.
	idlePerHost = 64
	// mostConnections is how many connections one attempt may try that are closed
	// before anything is sent. Without a limit, net/http goes on for as long as the
	// attempt may take.
	mostConnections = 5
)

var (
	// ErrSentOnce says that a request was sent, and that no answer came. It hides
	// what happened, which net/http does not tell, because it would send again.
	ErrSentOnce = errors.New("the request was sent, and not answered")
	// ErrNoStream says that no connection of several accepted the request.
	ErrNoStream = errors.New("no connection accepted the request")
	// ErrCertificateAsked is joined to the failure of a connection whose server has
	// asked for a client certificate.
	ErrCertificateAsked = errors.New("the server asked for a client certificate")
	// errNotReached is joined to the failure of a proxy that breaks the rules of HTTP:
	// the endpoint has not been reached.
	errNotReached = errors.New("the endpoint was not reached")
	// errStillOpen is joined to the failure of an answer after which the connection had
	// not ended: the answer is not cut.
	errStillOpen = errors.New("the connection had not ended")
)

// sender sends each request at most once. net/http repeats a request by itself after
// it was sent: over HTTP/1.1 a GET, or any with an Idempotency-Key, when a kept
// connection closes; over HTTP/2 whatever a server refuses or says that it has not
// processed, without a limit. But repeated bad credentials lock accounts, so attempts
// are counted above. Only a request that certainly has not left this machine is sent on
// another connection.
//
// Over HTTP/1.1, nothing but its order says to which request an answer belongs, so a
// connection is kept for the requests of one credential set. Over HTTP/2, all sets share
// one. An attempt after one that has failed gets a connection of its own: on a shared
// one, requests that a server has refused together would be refused together again.
type sender struct {
	client    *http.Client                          // sends with it
	proxy     func(*http.Request) (*url.URL, error) // chooses the proxy of a request
	build     func() *http.Transport                // returns a transport without connections
	askedLate atomic.Bool                           // a server has asked for the client certificate after a request, which is not known

	mu     sync.Mutex
	own    map[string]*http.Transport // the connections that are kept, by the owner of the requests
	shared map[string]*http.Transport // those of them that speak HTTP/2 to a host, by scheme and host
}

// RoundTrip implements http.RoundTripper.
func (s *sender) RoundTrip(req *http.Request) (*http.Response, error) {
	sent, _ := req.Context().Value(sendingKey{}).(*sending)   // from bounded
	past, _ := req.Context().Value(attemptsKey{}).(*attempts) // from WithOwner
	if past.failed.Load() {
		transport := s.build()
		transport.DisableKeepAlives = true
		return s.send(req, sent, past, transport)
	}
	return s.send(req, sent, past, s.transport(past.owner, target(req)))
}

// target returns scheme and host of a request.
func target(req *http.Request) string { return req.URL.Scheme + "://" + req.URL.Host }

// send sends a request with a transport.
func (s *sender) send(req *http.Request, sent *sending, past *attempts, transport *http.Transport) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	sent.onto(func() { s.replace(transport) })
	once := req.Clone(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			if err := sent.gotConn(info.Conn); err != nil {
				cancel(err)
			}
		},
		WroteHeaderField: func(string, []string) {
			sent.headers.Store(true)
		},
	}))
	if get := req.GetBody; get != nil {
		once.GetBody = func() (io.ReadCloser, error) {
			if err := sent.refusal(); err != nil {
				return nil, err
			}
			return get()
		}
	}
	failed := func() {
		// An attempt for which nobody waits any longer says nothing of its connection.
		if !errors.Is(req.Context().Err(), context.Canceled) {
			past.failed.Store(true)
			s.replace(transport)
		}
	}
	resp, err := transport.RoundTrip(once)
	if err != nil {
		cancel(nil)
		failed()
		return nil, sent.explained(err, s.askedLate.Load())
	}
	defer cancel(nil)
	if sent.isHTTP2() {
		s.share(transport, target(req))
	}
	if isWhole := readWhole(resp); !isWhole {
		failed()
	}
	dropBrokenLocation(req, resp)
	return resp, nil
}

// choose is http.Transport.Proxy. It is the one step of net/http before every
// sending of a request over HTTP/1.1 that can fail, so that it can prevent one.
func (s *sender) choose(req *http.Request) (*url.URL, error) {
	if sent, ok := req.Context().Value(sendingKey{}).(*sending); ok {
		if err := sent.begin(); err != nil {
			return nil, err
		}
	}
	return s.proxy(req)
}

// transport returns the transport for an owner's requests to a scheme and host.
func (s *sender) transport(owner, to string) *http.Transport {
	s.mu.Lock()
	defer s.mu.Unlock()
	if shared := s.shared[to]; shared != nil {
		return shared
	}
	transport := s.own[owner]
	if transport == nil {
		transport = s.build()
		s.own[owner] = transport
	}
	return transport
}

// share lets all owners use a transport that speaks HTTP/2 to a scheme and host,
// unless it has been replaced.
func (s *sender) share(transport *http.Transport, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shared[to] == nil && slices.Contains(slices.Collect(maps.Values(s.own)), transport) {
		s.shared[to] = transport
	}
}

// replace makes the next requests use new connections, after one has failed: an
// HTTP/2 connection that no longer answers would swallow every further attempt. It
// does not disturb the other requests on the old ones.
func (s *sender) replace(failed *http.Transport) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := len(s.own)
	isFailed := func(_ string, transport *http.Transport) bool { return transport == failed }
	maps.DeleteFunc(s.own, isFailed)
	maps.DeleteFunc(s.shared, isFailed)
	if len(s.own) < kept {
		go failed.CloseIdleConnections() // it may wait for a lock, as bounded says
	}
}

// closeIdle closes the connections that are not in use.
func (s *sender) closeIdle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, transport := range s.own {
		transport.CloseIdleConnections()
	}
}

// sendingKey is the key of a *sending in the context of its request.
type sendingKey struct{}

// attemptsKey is the key of an *attempts in the context of a call's requests.
type attemptsKey struct{}

// WithOwner returns a context for the attempts of one call. Connections over HTTP/1.1
// are kept for requests of the same owner: a credential set.
func WithOwner(ctx context.Context, owner string) context.Context {
	return context.WithValue(ctx, attemptsKey{}, &attempts{owner: owner})
}

// attempts is what is known of the attempts that a call has had.
type attempts struct {
	owner  string      // whose requests they are: a credential set
	failed atomic.Bool // one of them was not answered
}

// sending is what is known of one request on its way.
type sending struct {
	headers atomic.Bool // the request was begun to be written
	asked   atomic.Bool // the server has asked for a client certificate

	mu sync.Mutex // guards the fields below
	// conn is the connection that the request is on; nil: none. An HTTP/1.1 connection
	// has no other request, and before is how much had been written to it before.
	conn    *countedConn
	http2   bool
	before  int64
	over    net.Conn // the connection as net/http has it, with TLS; nil: the last one that was wanted has not come
	replace func()   // makes the next requests use new connections
	tried   int      // counts the connections that were wanted
	refused error    // why the request was not sent again; nil: that was not tried
}

// isHTTP2 reports whether the request went over HTTP/2.
func (s *sending) isHTTP2() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.http2
}

// left reports whether the request may have left this machine. It must be locked.
func (s *sending) left() bool {
	return s.headers.Load() && (s.http2 || s.conn == nil || s.conn.written.Load() != s.before)
}

// refusal returns why the request must not be sent again, or nil.
func (s *sending) refusal() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refusalLocked()
}

func (s *sending) refusalLocked() error {
	switch {
	case s.left():
		s.refused = ErrSentOnce
	case s.tried > mostConnections:
		s.refused = ErrNoStream
	}
	return s.refused
}

// begin says that a connection is wanted for the request, and fails if the request
// must not be sent again.
func (s *sending) begin() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried++
	s.over = nil
	return s.refusalLocked()
}

// gotConn is httptrace.ClientTrace.GotConn, and fails if the request must not be
// sent again. Over HTTP/2, it is the one step before every sending: nothing is
// written after the context has ended.
func (s *sending) gotConn(conn net.Conn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.refusalLocked(); err != nil {
		return err
	}
	s.over = conn
	s.conn, s.http2 = below(conn)
	if s.conn != nil {
		s.before = s.conn.written.Load()
	}
	return nil
}

// onto says what makes the next requests use new connections.
func (s *sending) onto(replace func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replace = replace
}

// abandon closes the connection of a request for which nobody waits any longer.
func (s *sending) abandon() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.replace != nil {
		s.replace()
	}
	if s.conn != nil {
		_ = s.conn.Close()
	}
}

// explained returns the error of a request that was not answered. An alert after the
// request is about the certificate if that is asked for then, and not otherwise.
func (s *sending) explained(err error, askedLate bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.refused != nil:
		return s.refused
	case s.asked.Load(), askedLate && s.left() && isTLSAlert(err):
		return errors.Join(ErrCertificateAsked, err)
	case s.over == nil && brokenRule(err) != RuleNone:
		return errors.Join(errNotReached, err)
	case isUnfinished(err) && !s.hasEnded():
		return errors.Join(errStillOpen, err)
	default:
		return err
	}
}

// noteCertificateAsked notes that the server of a handshake asks for a certificate.
func (s *sender) noteCertificateAsked(info *tls.CertificateRequestInfo) {
	asked := &s.askedLate
	if sent, ok := info.Context().Value(sendingKey{}).(*sending); ok {
		asked = &sent.asked
	}
	asked.Store(true)
}
