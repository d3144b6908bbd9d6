package wire

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"

	"golang.org/x/net/http2"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
)

const address = "auth.example.com:443"

func started(t *testing.T, protocol string, answers ...Answer) (*Server, net.Conn) {
	t.Helper()
	network := &memnet.Network{}
	server := &Server{Answers: answers}
	if protocol != "" {
		certificate, _ := memnet.Certify(t, "auth.example.com", -1, 1<<40)
		server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{protocol}, MinVersion: tls.VersionTLS12}
	}
	server.Start(t, network.Listen(address))
	conn, err := network.Dial(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	if protocol != "" {
		conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{protocol}, MinVersion: tls.VersionTLS12}) // #nosec G402 -- in memory
	}
	t.Cleanup(func() { _ = conn.Close() })
	return server, conn
}

// Requests that come at once are counted and answered in order.
func TestHTTP1(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, conn := started(t, "", Then(ReadBody, Raw(JSON1(http.StatusOK, `"first"`))), Then(Raw(JSON1(http.StatusTeapot, "")), Close))
		_, err := io.WriteString(conn, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbodyGET /b HTTP/1.1\r\nHost: x\r\n\r\n")
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(conn)
		want := JSON1(http.StatusOK, `"first"`) + JSON1(http.StatusTeapot, "")
		if string(got) != want || err != nil || server.Requests() != 2 || server.Connections() != 1 {
			t.Errorf("%q, %v: %d requests on %d connections", got, err, server.Requests(), server.Connections())
		}
	})
}

// The server records violations of the protocol.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		protocol string
		send     func(w io.Writer) error
	}{
		"a body without a length": {"", func(w io.Writer) error {
			_, err := io.WriteString(w, "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
			return err
		}},
		"not the preface": {"h2", func(w io.Writer) error {
			_, err := io.WriteString(w, "POST /a HTTP/1.1\r\nHost: x\r\n\r\n")
			return err
		}},
		"data on no stream": {"h2", func(w io.Writer) error {
			_, err := io.WriteString(w, http2.ClientPreface)
			if err == nil {
				err = http2.NewFramer(w, nil).WriteData(1, true, []byte("x"))
			}
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server, conn := started(t, tc.protocol, Close)
				go func() { _, _ = io.Copy(io.Discard, bufio.NewReader(conn)) }() // it ends with the connection
				if err := tc.send(conn); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if len(server.Faults()) != 1 {
					t.Errorf("it saw %q", server.Faults())
				}
				server.forgive()
			})
		})
	}
}

// forgive drops the recorded violations.
func (s *Server) forgive() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}
