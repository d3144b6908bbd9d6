package provider_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
)

const (
	year         = 365 * 24 * time.Hour
	proxyAddress = "proxy.example.com:3128"
	proxyURL     = "http://fake-user:fake-proxy-secret@" + proxyAddress
)

// broken makes every connection to the endpoint fail.
func broken(how memnet.Break) func(l *bubble, name string) {
	return func(l *bubble, _ string) { l.network.Break(plainAddress, how) }
}

// hangUp makes an endpoint close the connection.
const hangUp = "."

// talking makes the endpoint send a text instead of a TLS handshake.
func talking(say string) func(l *bubble, _ string) {
	return func(l *bubble, _ string) {
		l.web.URL = "https://auth.example.com"
		listener := l.network.Listen(secureAddress)
		l.t.Cleanup(func() { _ = listener.Close() })
		go func() {
			for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
				go talk(conn, say)
			}
		}()
	}
}

func talk(conn net.Conn, say string) {
	defer func() { _ = conn.Close() }()
	if say == hangUp {
		_, _ = conn.Read(make([]byte, 1))
		return
	}
	_, _ = io.WriteString(conn, say) // who has gone hears nothing
	_, _ = io.Copy(io.Discard, conn)
}

// notAsked says that no request reached the endpoint.
func (o outcome) notAsked() outcome {
	o.requests = 0
	return o
}

func dialFaults() []fault {
	const lookUp = "its name cannot be looked up: "
	twice := func(how memnet.Break) func(l *bubble, name string) {
		return func(l *bubble, _ string) {
			l.network.Break(plainAddress, func(ctx context.Context) error {
				if l.network.Dialled(plainAddress) == 2 {
					l.network.Break(plainAddress, nil)
				}
				return how(ctx)
			})
		}
	}
	return []fault{
		{"no such host", broken(memnet.Unknown(plainAddress)), inTheEnd(unreachable, lookUp+"no such host (after 5 attempts in ", "Check {url}", "DNS").notAsked()},
		{"no name server", broken(memnet.Unresolved(plainAddress)), inTheEnd(unreachable, lookUp+"server misbehaving").notAsked()},
		{"no name server, twice", twice(memnet.Unresolved(plainAddress)), better(1, 1500*time.Millisecond, 3*time.Second)},
		{"connection refused", broken(memnet.Refused), inTheEnd(unreachable, "the connection failed: ", "refused", "Check {url}").notAsked()},
		{"connection refused, twice", twice(memnet.Refused), better(1, 1500*time.Millisecond, 3*time.Second)},
		{
			"connection dropped", broken(memnet.Dropped),
			inTheEnd(unreachable, "did not answer in time", "transport.timeout").notAsked().afterTimeouts(),
		},
		{"connection dropped, twice", twice(memnet.Dropped), better(1, 61500*time.Millisecond, 63*time.Second)},
	}
}

// certified gives the endpoint a TLS certificate for that name and time, trusted or not.
func certified(name string, from, until time.Duration, trusted bool) func(l *bubble, _ string) {
	return func(l *bubble, _ string) {
		certificate := l.secure(name, from, until)
		if trusted {
			l.transport["ca_certificates_pem"] = certificate
		}
	}
}

func tlsFaults() []fault {
	const host = "auth.example.com"
	untrusted := func(says ...string) outcome {
		return atOnce(unreachable, append(says, "its certificate cannot be trusted", "clock of this machine")...).notAsked()
	}
	plainToTLS := func(l *bubble, _ string) {
		certificate, _ := memnet.Certify(l.t, "localhost", -time.Hour, time.Hour)
		l.network.ServeTLS(l.t, "localhost:443", certificate, l.box)
		l.web.URL = "http://localhost:443"
	}
	tlsToPlain := func(l *bubble, _ string) { l.web.URL = "https://localhost:80" }
	return []fault{
		{"TLS", certified(host, -time.Hour, time.Hour, true), well(1, 0)},
		{
			"unknown authority", certified(host, -time.Hour, time.Hour, false),
			atOnce(unreachable, "it has signed its certificate itself", "transport.ca_certificates_pem").notAsked(),
		},
		{"expired certificate", certified(host, -2*time.Hour, -time.Hour, true), untrusted("has expired", "1999-12-31T23:00:00Z")},
		{"certificate of the future", certified(host, time.Hour, 2*time.Hour, true), untrusted("not yet valid", "2000-01-01T01:00:00Z")},
		{"clock that is years behind", certified(host, 20*year, 21*year, true), untrusted("not yet valid", "current time 2000-01-01T00:00:00Z")},
		{"clock that is years ahead", certified(host, -21*year, -20*year, true), untrusted("has expired", "current time 2000-01-01T00:00:00Z")},
		{"wrong host", certified("other.example.com", -time.Hour, time.Hour, true), untrusted("other.example.com", host)},
		{"TLS with a plain port", tlsToPlain, atOnce(unreachable, "does not speak TLS", "the port in {url}").notAsked()},
		{"HTTP with a TLS port", plainToTLS, atOnce(refused, "HTTP 400 Bad Request").notAsked()},
		{"TLS with something else", talking("fake-banner\r\n"), atOnce(unreachable, "does not speak TLS").notAsked()},
		{"no response to the handshake", talking(""), inTheEnd(unreachable, "did not answer in time").notAsked().afterTimeouts()},
		{"closed in the handshake", talking(hangUp), inTheEnd(unreachable, "closed the connection").notAsked()},
		{"an alert in the handshake", talking("\x15\x03\x03\x00\x02\x02\x28"), atOnce(unreachable, "refused the TLS connection", "handshake failure").notAsked()},
	}
}

// proxied puts the endpoint, which speaks TLS, behind a proxy.
func proxied(proxy http.HandlerFunc) func(l *bubble, name string) {
	return func(l *bubble, name string) {
		certified("auth.example.com", -time.Hour, time.Hour, true)(l, name)
		l.transport["proxy_url"] = proxyURL
		if proxy != nil {
			l.network.Serve(l.t, proxyAddress, proxy)
		}
	}
}

// tunnels is a proxy that works for clients with the password.
func tunnels(l *bubble, name string) {
	proxied(func(w http.ResponseWriter, r *http.Request) {
		if user, word, _ := proxyAuth(r); user+":"+word+"@"+proxyAddress != strings.TrimPrefix(proxyURL, "http://") {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		far, err := l.network.Dial(r.Context(), "tcp", r.Host)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		near, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(near, "HTTP/1.1 200 OK\r\n\r\n")
		join(near, far)
	})(l, name)
}

// proxyAuth returns the credentials in Proxy-Authorization.
func proxyAuth(r *http.Request) (user, word string, ok bool) {
	as := &http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}
	return as.BasicAuth()
}

// join copies between two connections until one of them closes.
func join(near, far net.Conn) {
	var both sync.WaitGroup
	both.Go(func() {
		_, _ = io.Copy(far, near)
		_ = far.Close()
	})
	both.Go(func() {
		_, _ = io.Copy(near, far)
		_ = near.Close()
	})
	both.Wait()
}

func proxyFaults() []fault {
	const named = "the proxy " + proxyAddress
	answering := func(status int) func(l *bubble, name string) {
		return proxied(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	}
	at := func(bring func(l *bubble, name string), how memnet.Break) func(l *bubble, name string) {
		return func(l *bubble, name string) {
			bring(l, name)
			l.network.Break(proxyAddress, how)
		}
	}
	plain := func(status int) func(l *bubble, name string) {
		return func(l *bubble, name string) {
			answering(status)(l, name)
			l.web.URL = plainElsewhere
		}
	}
	const check, unreached = "Check transport.proxy_url.", "does not reach the endpoint"
	return []fault{
		{"a proxy", tunnels, well(1, 0)},
		{"a proxy of the environment", func(l *bubble, name string) {
			tunnels(l, name)
			delete(l.transport, "proxy_url")
			l.environment["HTTPS_PROXY"] = proxyURL
		}, well(1, 0)},
		{"a proxy refuses, 403", answering(http.StatusForbidden), atOnce(unreachable, named, "HTTP 403 Forbidden", "Allow the endpoint's host").notAsked()},
		{"a proxy refuses, 407", answering(http.StatusProxyAuthRequired), atOnce(unreachable, named, "HTTP 407", "NAME:PASSWORD@").notAsked()},
		{"a proxy cannot connect", answering(http.StatusBadGateway), inTheEnd(unreachable, named, "HTTP 502 Bad Gateway", unreached).notAsked()},
		{"a proxy answers a plain request, 407", plain(http.StatusProxyAuthRequired), atOnce(refused, "HTTP 407", "comes from the proxy", "NAME:PASSWORD@").notAsked()},
		{"a proxy is down", at(proxied(nil), memnet.Refused), inTheEnd(unreachable, named+" cannot be used", "refused", check).notAsked()},
		{"a proxy is down for plain requests", at(plain(0), memnet.Refused), inTheEnd(unreachable, named+" cannot be used", "refused", check).notAsked()},
		{"a proxy elsewhere, and plain requests to this machine", func(l *bubble, name string) {
			proxied(nil)(l, name)
			l.web.URL = "http://localhost"
		}, well(1, 0)},
		{"a proxy is unknown", proxied(nil), inTheEnd(unreachable, named+" cannot be used", "its name cannot be looked up", check).notAsked()},
		{
			"a proxy does not answer", proxied(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }),
			inTheEnd(unreachable, "did not answer in time", "through "+named).notAsked().afterTimeouts(),
		},
		{
			"a proxy drops connections", at(proxied(nil), memnet.Dropped),
			inTheEnd(unreachable, "did not answer in time", named).notAsked().afterTimeouts(),
		},
		{"a proxy of another kind", func(l *bubble, name string) {
			tunnels(l, name)
			l.transport["proxy_url"] = "https://fake-user:fake-proxy-secret@" + proxyAddress
		}, atOnce(unreachable, named+" cannot be used", "does not speak TLS").notAsked()},
		{"a refusal behind a proxy", func(l *bubble, name string) {
			tunnels(l, name)
			l.OrderAlways(name, sandbox.Status(http.StatusUnauthorized))
		}, atOnce(refused, "HTTP 401")},
	}
}
