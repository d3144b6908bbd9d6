package store

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const (
	namespace   = "apitoken:"           // begins all keys
	answering   = 3 * time.Second       // how long a server may take for a command, or to connect
	lease       = 10 * time.Second      // how long a lock lasts whose holder was killed
	renewal     = lease / 4             // how often a holder renews its lock
	knock       = 50 * time.Millisecond // how often a lock is asked for that somebody else has
	mostHops    = 5                     // redirects from one node of a cluster to another
	connections = 4                     // to each node
)

// The scripts of a lock, which only its owner may renew and give back.
const (
	renew = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`
	free  = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`
)

// server is a place on a server, or on a cluster of servers, of Valkey or Redis. Of a
// cluster it knows where each key was last: a node that has not a key says who has.
type server struct {
	at address

	mu    sync.Mutex // guards the fields below
	pools map[string]*redis.Pool
	homes map[string]string // the node that has a key
}

// dial connects to a server.
func dial(at said.Secret, roots *x509.CertPool) (*server, error) {
	a, err := parseURL(at, roots)
	if err != nil {
		return nil, err
	}
	a.options = append(a.options, redis.DialConnectTimeout(answering), redis.DialTLSHandshakeTimeout(answering),
		redis.DialReadTimeout(answering), redis.DialWriteTimeout(answering))
	s := &server{at: a, pools: map[string]*redis.Pool{}, homes: map[string]string{}}
	if _, err := s.do(context.Background(), "", "PING"); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *server) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, pool := range s.pools {
		_ = pool.Close() // what was asked for has come
	}
}

// pool returns the connections to a node.
func (s *server) pool(node string) *redis.Pool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pools[node] == nil {
		s.pools[node] = &redis.Pool{
			MaxIdle: connections, MaxActive: connections, Wait: true, IdleTimeout: time.Minute,
			DialContext: func(ctx context.Context) (redis.Conn, error) {
				return redis.DialContext(ctx, s.at.network, node, s.at.options...)
			},
		}
	}
	return s.pools[node]
}

// candidates returns the nodes to ask for a key: the one that has it, if that is known, and
// then those of the URL.
func (s *server) candidates(key string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if home := s.homes[key]; home != "" {
		return append([]string{home}, s.at.nodes...)
	}
	return s.at.nodes
}

func (s *server) moved(key, node string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.homes[key] = node
}

// do carries a command about a key out within a time. Its error is an *Error, redis.ErrNil
// or that of ctx.
func (s *server) do(ctx context.Context, key, command string, args ...any) (any, error) {
	bounded, cancel := context.WithTimeout(ctx, answering)
	defer cancel()
	type result struct {
		reply any
		err   error
	}
	done := make(chan result, 1)
	go func() { // a TLS handshake does not end with a context
		reply, err := s.ask(bounded, key, command, args...)
		done <- result{reply, err}
	}()
	select {
	case r := <-done:
		switch {
		case r.err == nil:
			return r.reply, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		}
		return nil, serverError(r.err)
	case <-bounded.Done():
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &Error{Problem: ProblemSilent}
	}
}

// ask asks each candidate until one answers, and follows redirects (Redis cluster
// specification, "MOVED Redirection" and "ASK redirection"). What was sent to a node that did
// not answer is sent to the next one: all commands may be repeated.
func (s *server) ask(ctx context.Context, key, command string, args ...any) (reply any, err error) {
	for _, node := range s.candidates(key) {
		asking := false
		for range mostHops {
			reply, err = s.once(ctx, node, asking, command, args...)
			refused, isRefusal := errors.AsType[redis.Error](err)
			if !isRefusal {
				break
			}
			kind, rest, _ := strings.Cut(string(refused), " ")
			_, target, isRedirect := strings.Cut(rest, " ")
			if !isRedirect || kind != "MOVED" && kind != "ASK" {
				return nil, err
			}
			node, asking = besides(target, node), kind == "ASK"
			if !asking {
				s.moved(key, node)
			}
		}
		if err == nil || ctx.Err() != nil {
			return reply, err
		}
	}
	return nil, err
}

// besides returns the address of a node that another one names. Without a host it is on the
// same one.
func besides(target, node string) string {
	host, port, err := net.SplitHostPort(target)
	if err != nil || host != "" {
		return target
	}
	host, _, _ = net.SplitHostPort(node)
	return net.JoinHostPort(host, port)
}

// once sends a command to one node. A connection that the server has closed meanwhile is
// replaced.
func (s *server) once(ctx context.Context, node string, asking bool, command string, args ...any) (reply any, err error) {
	for range connections + 1 {
		conn, failed := s.pool(node).GetContext(ctx)
		if failed != nil {
			return nil, failed
		}
		if asking {
			if _, err = redis.DoContext(conn, ctx, "ASKING"); err != nil {
				_ = conn.Close() // the error says more
				return nil, err
			}
		}
		reply, err = redis.DoContext(conn, ctx, command, args...)
		_ = conn.Close() // it goes back to the pool
		if !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) {
			return reply, err
		}
	}
	return nil, err
}

// get implements place.
func (s *server) get(ctx context.Context, name string) ([]byte, error) {
	reply, err := s.do(ctx, name, "GET", namespace+name)
	if err != nil || reply == nil {
		return nil, err
	}
	entry, _ := reply.([]byte)
	return append([]byte{}, entry...), nil
}

// put implements place. The server writes to disk when it is configured to.
func (s *server) put(ctx context.Context, name string, entry []byte, lasting time.Duration) error {
	_, err := s.do(ctx, name, "SET", namespace+name, entry, "PX", max(lasting.Milliseconds(), 1))
	return err
}

// drop implements place.
func (s *server) drop(ctx context.Context, name string) error {
	_, err := s.do(ctx, name, "DEL", namespace+name)
	return err
}

// lock implements place. The lock has an owner and ends by itself, as its holder may be
// killed. A holder that lives renews it.
func (s *server) lock(ctx context.Context, name string) (func(), error) {
	key, owner := namespace+name+":lock", rand.Text()
	for {
		reply, err := s.do(ctx, key, "SET", key, owner, "NX", "PX", lease.Milliseconds())
		if err != nil {
			return nil, err
		}
		if reply != nil {
			return s.hold(key, owner), nil
		}
		select {
		case <-time.After(knock + jitter()):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// jitter keeps many waiting processes from asking all at once.
func jitter() time.Duration {
	n, err := rand.Int(rand.Reader, big.NewInt(int64(knock)))
	if err != nil {
		return knock
	}
	return time.Duration(n.Int64())
}

// hold renews a lock until the function that it returns is called, which gives it back. What
// fails then, nobody waits for: the lock ends by itself.
func (s *server) hold(key, owner string) (unlock func()) {
	ctx, stop := context.WithCancel(context.Background())
	var renewing sync.WaitGroup
	renewing.Go(func() {
		ticks := time.NewTicker(renewal)
		defer ticks.Stop()
		for {
			select {
			case <-ticks.C:
				_, _ = s.do(ctx, key, "EVAL", renew, 1, key, owner, lease.Milliseconds())
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		stop()
		renewing.Wait()
		_, _ = s.do(context.Background(), key, "EVAL", free, 1, key, owner)
	}
}

// refusals are the error codes with which a server refuses a command.
var refusals = []string{
	"NOAUTH", "WRONGPASS", "NOPERM", "OOM", "READONLY", "MISCONF", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "NOREPLICAS", "DENIED", "BUSY", "TRYAGAIN", "MOVED", "ERR",
}

func serverError(err error) *Error {
	refused, isRefusal := errors.AsType[redis.Error](err)
	var failed net.Error
	switch {
	case isRefusal:
		code, _, _ := strings.Cut(string(refused), " ")
		if known := slices.Index(refusals, strings.TrimPrefix(code, "-")); known >= 0 {
			return &Error{Problem: ProblemRefused, Reason: refusals[known]}
		}
		return &Error{Problem: ProblemRefused}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &failed) && failed.Timeout():
		return &Error{Problem: ProblemSilent}
	default:
		return &Error{Problem: ProblemServer, Cause: said.NewQuiet(err)}
	}
}
