package transport

import (
	"crypto/tls"
	"net/http"
	"time"
)

// upstreamIdle is how many unused connections to an API are kept: as many as there may be
// requests at once.
const upstreamIdle = 1024

// pingAfter is after how much silence a connection of HTTP/2 is tested, and how long that may
// take.
const pingAfter = 15 * time.Second

// Upstream sends requests to an API, and returns its responses as they come. Unlike the
// requests of a Client, they have no limit of time or size, and net/http sends those again
// that it may (RFC 9110, section 9.2.2). It is safe for concurrent use.
type Upstream struct {
	usual *http.Transport
	// http1 is for upgrades, which HTTP/2 does not have.
	http1 *http.Transport
}

// Upstream returns an Upstream whose connections have the client certificate; nil: none.
func (t *Transport) Upstream(certificate *tls.Certificate) *Upstream {
	build := func(protocols *http.Protocols) *http.Transport {
		return &http.Transport{
			Proxy:                  t.proxy,
			DialContext:            t.machine.dial(t.settings.Timeout),
			TLSClientConfig:        t.tlsConfig(certificate, func(*tls.CertificateRequestInfo) {}),
			Protocols:              protocols,
			TLSHandshakeTimeout:    t.settings.Timeout,
			OnProxyConnectResponse: t.machine.checkProxy,
			IdleConnTimeout:        idleTime,
			MaxIdleConnsPerHost:    upstreamIdle,
			MaxResponseHeaderBytes: largestResponse,
			ExpectContinueTimeout:  time.Second, // as http.DefaultTransport
			DisableCompression:     true,        // or net/http unpacks what the client has not asked for
			// A dead connection would keep a stream waiting for as long as the run lasts.
			HTTP2: &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingAfter},
		}
	}
	http1, usual := new(http.Protocols), new(http.Protocols)
	http1.SetHTTP1(true)
	usual.SetHTTP1(true)
	usual.SetHTTP2(certificate == nil) // as in newSender
	return &Upstream{usual: build(usual), http1: build(http1)}
}

// RoundTrip implements http.RoundTripper.
func (u *Upstream) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Header.Get("Upgrade") != "" {
		return u.http1.RoundTrip(req)
	}
	return u.usual.RoundTrip(req)
}

// CloseIdleConnections closes the connections that are not in use.
func (u *Upstream) CloseIdleConnections() {
	u.usual.CloseIdleConnections()
	u.http1.CloseIdleConnections()
}
