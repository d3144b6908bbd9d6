package diagnostic

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// openSSL is a server of OpenSSL over TLS 1.2, driven by what is written to it: Go's
// own cannot ask for a certificate after the handshake.
type openSSL struct {
	address string
	input   io.Writer
	lines   *bufio.Scanner
	// heard is all that the server has said: what clients have sent is in it.
	heard []string
}

// startOpenSSL starts the server with the certificate and key.
func startOpenSSL(t *testing.T, own authority) *openSSL {
	t.Helper()
	program, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("there is no openssl")
	}
	dir := t.TempDir()
	certificate, private := filepath.Join(dir, "certificate.pem"), filepath.Join(dir, "key.pem")
	for file, text := range map[string]string{certificate: own.pem(), private: testkeys.PKCS8(t, own.key)} {
		if err = os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), program, "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", private, "-tls1_2", "-crlf") // #nosec G204 -- a test's server
	said, saying, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = saying, saying
	input, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_, _ = saying.Close(), said.Close()
	})
	server := &openSSL{input: input, lines: bufio.NewScanner(said)}
	server.address = strings.TrimPrefix(server.wait(t, "ACCEPT 127.0.0.1:"), "ACCEPT ")
	return server
}

// wait reads until a line has a text, and returns it.
func (o *openSSL) wait(t *testing.T, part string) string {
	t.Helper()
	for o.lines.Scan() {
		line := strings.TrimSpace(o.lines.Text())
		o.heard = append(o.heard, line)
		if strings.Contains(line, part) {
			return line
		}
	}
	t.Errorf("the server has not said %q", part)
	return ""
}

func (o *openSSL) say(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(o.input, text); err != nil {
		t.Error(err)
	}
}

// askOpenSSL asks a server for a token, with a client certificate or without, and
// returns when it has read the request.
func askOpenSSL(t *testing.T, isCertified bool) (server *openSSL, outcome <-chan error) {
	t.Helper()
	tokentest.NoLeak(t)
	ca := certify(t, "root", now(), true, nil)
	server = startOpenSSL(t, certify(t, "server", now(), false, &ca))
	transport := quickTransport()
	transport.Timeout, transport.CACertificatesPEM = time.Minute, ca.pem()
	x := testExchange("https://" + server.address + "/token")
	if isCertified {
		x.Request.Certificate = certify(t, "fake-client", now(), false, nil).pair(t)
	}
	client := newTestClient(t, transport)
	failed := make(chan error)
	go func() {
		_, err := do(t, client, x)
		failed <- err
	}()
	server.wait(t, "Accept-Encoding:")
	return server, failed
}

// What has s_server begin another handshake.
const (
	askCertificate = "R\n"
	askNothing     = "r\n"
)

// A server that begins another handshake after it has read the request gets it, with
// the certificate if it asks for that, and the request is sent once.
func TestRenegotiation(t *testing.T) {
	t.Parallel()
	type row struct{ ask, until string }
	tokentest.Each(t, map[string]row{
		"for a certificate": {askCertificate, "depth=0 CN = fake-client"},
		"for nothing":       {askNothing, "SSL_do_handshake -> 1"},
	}, func(t *testing.T, tc row) {
		server, outcome := askOpenSSL(t, true)
		server.say(t, tc.ask)
		server.wait(t, tc.until)
		server.wait(t, "Read BLOCK")
		server.say(t, "HTTP/1.1 200 OK\nContent-Length: 80\nConnection: close\n\n"+goodAnswer+"\n")
		if err := <-outcome; err != nil {
			t.Error(err)
		}
		if requests := strings.Count(strings.Join(server.heard, "\n"), "POST /token HTTP/1.1"); requests != 1 {
			t.Errorf("%d requests", requests)
		}
	})
}

// A set without a certificate is told that it most likely needs one, after one
// request: what the handshake is for is said only in it.
func TestRenegotiationWithoutCertificate(t *testing.T) {
	t.Parallel()
	tokentest.Each(t, map[string]string{"for a certificate": askCertificate, "for nothing": askNothing}, func(t *testing.T, ask string) {
		server, outcome := askOpenSSL(t, false)
		server.say(t, ask)
		e := wantError(t, <-outcome, token.KindUnreachable)
		if e.Problem != "it asks for another TLS handshake after the request (renegotiation)" ||
			!strings.HasPrefix(e.Advice, "Most likely it wants a client certificate: set client_certificate_pem and client_key_pem. Otherwise ask the vendor") {
			t.Errorf("error: %v", e)
		}
	})
}

// A server that begins handshakes again and again is not told to get the certificate
// that it has, and is not asked again.
func TestRenegotiationRepeated(t *testing.T) {
	t.Parallel()
	server, outcome := askOpenSSL(t, true)
	server.say(t, askCertificate)
	server.wait(t, "depth=0 CN = fake-client")
	server.wait(t, "Read BLOCK")
	server.say(t, askCertificate)
	e := wantError(t, <-outcome, token.KindUnreachable)
	if e.Problem != "it asks for another TLS handshake after the request (renegotiation) more than once" || strings.Contains(e.Advice, "client_certificate_pem") ||
		!strings.Contains(e.Advice, "when a connection begins") {
		t.Errorf("error: %v", e)
	}
}
