package token

import (
	"context"
	"crypto/tls"
	"net"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// A server can make net/http wait for a lock that is never released. The attempt
// ends in time all the same, and the next one does not use that connection.
func TestStuckConnection(t *testing.T) {
	t.Parallel()
	if !tokentest.Alone(t) {
		return
	}
	certificate, trusted := memnet.Certify(t, "localhost", -time.Hour, time.Hour)
	overflow := wire.Frames(func(f *http2.Framer, r *wire.Request) error { return f.WriteWindowUpdate(r.Stream, 1<<31-1) })
	server := &wire.Server{
		Answers: []wire.Answer{overflow},
		TLS:     &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12},
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server.Start(t, l)
	client, err := NewClient(transport.Settings{Timeout: 2 * time.Second, MaxRetries: 1, RetryMaxWait: time.Millisecond, CACertificatesPEM: trusted}, testRuntime())
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_, err = client.Do(context.Background(), testExchange("https://localhost:"+port+"/token"))
	if e := wantError(t, err, KindUnreachable); transport.Classify(e.Cause).Reason != transport.ReasonTimeout || e.Tries.Attempts != 2 {
		t.Errorf("error: %v", err)
	}
	if server.Requests() != 2 || server.Connections() != 2 {
		t.Errorf("%d requests on %d connections", server.Requests(), server.Connections())
	}
	tokentest.Finish(t)
}
