package store

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const (
	namespace   = "apitoken:"           // begins all keys
	answering   = 3 * time.Second       // how long a server may take for a command, or to connect
	lease       = 10 * time.Second      // how long a lock lasts whose holder was killed
	renewals    = 4                     // how often a holder renews its lock in that time
	knock       = 50 * time.Millisecond // how often a lock is asked for that somebody else has
	mostHops    = 5                     // redirects from one node of a cluster to another
	connections = 4                     // to each node
)

// The scripts of a lock, which only its owner may renew and give back. All may be repeated:
// an answer may get lost.
const (
	take  = `if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) or redis.call('GET', KEYS[1]) == ARGV[1] then return 1 end return 0`
	renew = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`
	free  = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`
)

// server is a place on a server, or on a cluster of servers, of Valkey or Redis. Of a
// cluster it knows where each key was last: a node that has not a key says who has.
type server struct {
	at     address
	lease  time.Duration // of a lock
	silent atomic.Bool   // it did not answer the last command

	mu    sync.Mutex // guards the fields below
	pools map[string]*redis.Pool
	homes map[string]string // the node that has a key
}

// openServer returns the server of a URL. The first command connects to it.
func openServer(at said.Secret, roots *x509.CertPool) (*server, error) {
	a, err := parseURL(at, roots)
	if err != nil {
		return nil, err
	}
	a.options = append(a.options, redis.DialContextFunc(a.connect), redis.DialReadTimeout(answering), redis.DialWriteTimeout(answering))
	return &server{at: a, lease: lease, pools: map[string]*redis.Pool{}, homes: map[string]string{}}, nil
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

// do carries a command about a key out within a time. Its error is an *Error, or that of ctx.
func (s *server) do(ctx context.Context, key, command string, args ...any) (any, error) {
	bounded, cancel := context.WithTimeout(ctx, answering)
	defer cancel()
	reply, err := s.ask(bounded, key, command, args...)
	if err == nil {
		s.silent.Store(false)
		return reply, nil
	}
	if given, isGiven := ctx.Deadline(); isGiven && isTimeout(err) {
		if whole, _ := bounded.Deadline(); whole.Equal(given) {
			<-ctx.Done() // the connection has timed out a moment before: it is the caller who waits no longer
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	failed := serverError(err)
	s.silent.Store(failed.isOutage())
	return nil, failed
}

// ask asks each candidate until one answers. One that is silent leaves time for the others.
func (s *server) ask(ctx context.Context, key, command string, args ...any) (reply any, err error) {
	candidates := s.candidates(key)
	deadline, _ := ctx.Deadline()
	for i, node := range candidates {
		share := time.Until(deadline) / time.Duration(len(candidates)-i)
		bounded, cancel := context.WithTimeout(ctx, share)
		reply, err = s.follow(bounded, node, key, command, args...)
		cancel()
		_, isRefusal := errors.AsType[redis.Error](err)
		if err == nil || isRefusal || ctx.Err() != nil {
			return reply, err
		}
	}
	return nil, err
}

// follow asks a node, and those that it redirects to (Redis cluster specification, "MOVED
// Redirection" and "ASK redirection").
func (s *server) follow(ctx context.Context, node, key, command string, args ...any) (reply any, err error) {
	asking := false
	for range mostHops {
		reply, err = s.once(ctx, node, asking, command, args...)
		refused, isRefusal := errors.AsType[redis.Error](err)
		if !isRefusal {
			return reply, err
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

// once sends a command to one node. A connection that has failed meanwhile is replaced.
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
		if _, isRefusal := errors.AsType[redis.Error](err); err == nil || isRefusal || isTimeout(err) || errors.Is(err, errReply) {
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
		reply, err := s.do(ctx, key, "EVAL", take, 1, key, owner, s.lease.Milliseconds())
		switch {
		case ctx.Err() != nil:
			go s.giveBack(key, owner) //nolint:gosec // the server may have got the command, and ctx has ended
			return nil, ctx.Err()
		case err != nil:
			return nil, err
		case reply == int64(1):
			return s.hold(key, owner), nil
		case reply != int64(0):
			return nil, &Error{Problem: ProblemServer, Cause: said.NewQuiet(errReply)}
		}
		select {
		case <-time.After(knock + jitter()):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// giveBack ends a lock. What fails then, nobody waits for: the lock ends by itself.
func (s *server) giveBack(key, owner string) {
	_, _ = s.do(context.Background(), key, "EVAL", free, 1, key, owner)
}

// jitter keeps many waiting processes from asking all at once.
func jitter() time.Duration {
	n, err := rand.Int(rand.Reader, big.NewInt(int64(knock)))
	if err != nil {
		return knock
	}
	return time.Duration(n.Int64())
}

// hold renews a lock until the function that it returns is called, which gives it back.
func (s *server) hold(key, owner string) (unlock func()) {
	ctx, stop := context.WithCancel(context.Background())
	var renewing sync.WaitGroup
	renewing.Go(func() {
		ticks := time.NewTicker(s.lease / renewals)
		defer ticks.Stop()
		for {
			select {
			case <-ticks.C:
				_, _ = s.do(ctx, key, "EVAL", renew, 1, key, owner, s.lease.Milliseconds())
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		stop()
		renewing.Wait()
		if !s.silent.Load() {
			s.giveBack(key, owner)
		}
	}
}

// refusals are the error codes with which a server refuses a command.
var refusals = []string{
	"NOAUTH", "WRONGPASS", "NOPERM", "OOM", "READONLY", "MISCONF", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "NOREPLICAS", "DENIED", "BUSY", "TRYAGAIN", "MOVED", "ERR",
}

// errs are what follows ERR, in small letters, and what it means.
var errs = []struct{ text, reason string }{
	{"db index", ReasonNoDatabase},
	{"database index", ReasonNoDatabase},
	{"select is not allowed", ReasonNoDatabase},
	{"unknown command", ReasonNoCommand},
	{"unsupported command", ReasonNoCommand},
	{"unknown or disabled command", ReasonNoCommand},
}

func serverError(err error) *Error {
	if refused, isRefusal := errors.AsType[redis.Error](err); isRefusal {
		code, text, _ := strings.Cut(string(refused), " ")
		for _, known := range errs {
			if code == "ERR" && strings.Contains(strings.ToLower(text), known.text) {
				return &Error{Problem: ProblemRefused, Reason: known.reason}
			}
		}
		if known := slices.Index(refusals, strings.TrimPrefix(code, "-")); known >= 0 {
			return &Error{Problem: ProblemRefused, Reason: refusals[known]}
		}
		return &Error{Problem: ProblemRefused}
	}
	if isTimeout(err) {
		return &Error{Problem: ProblemSilent}
	}
	return &Error{Problem: ProblemServer, Cause: said.NewQuiet(err)}
}

func isTimeout(err error) bool {
	var failed net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &failed) && failed.Timeout()
}
