// Package served is what the authorization servers that tests start have in
// common: HTTPS on loopback, and a report of each request on stdout. It is a
// module of its own, as each of these servers is, so that neither depends on the
// provider or on the other.
package served

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// Keys are the certificate and the key of a server, in PEM.
type Keys struct {
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
}

// Message is a line on stdout.
type Message struct {
	Event  string         `json:"event"`              // ready, token, revocation, introspection
	URL    string         `json:"url,omitempty"`      // of the server that is ready
	Client string         `json:"client,omitempty"`   // who asks
	Status int            `json:"status,omitempty"`   // of the response
	Form   map[string]any `json:"form,omitempty"`     // what was sent
	Answer map[string]any `json:"response,omitempty"` // of the token endpoint
}

// Say writes a message. It may be called from several goroutines.
type Say func(Message) error

// Run reads a line of JSON into config, serves what handler makes of it at a
// free port, and says that it is ready. It returns when in ends, so that the
// server does not outlive the test, or with the error that ended it.
func Run(in io.Reader, out io.Writer, config any, handler func(url string, say Say) (http.Handler, error)) error {
	input := bufio.NewReader(in)
	line, err := input.ReadBytes('\n')
	if err != nil {
		return err
	}
	listener, err := listen(line, config)
	if err != nil {
		return err
	}
	url, say := "https://"+listener.Addr().String(), writer(out)
	served, err := handler(url, say)
	if err != nil {
		return err
	}
	ended := make(chan error, 2)
	web := &http.Server{Handler: served, ReadHeaderTimeout: 10 * time.Second}
	go func() { ended <- web.Serve(listener) }()
	if err := say(Message{Event: "ready", URL: url}); err != nil {
		return err
	}
	go func() {
		_, err := io.Copy(io.Discard, input)
		ended <- err
	}()
	return <-ended
}

// listen reads the configuration and listens with its keys.
func listen(line []byte, config any) (net.Listener, error) {
	var keys Keys
	if err := errors.Join(json.Unmarshal(line, &keys), json.Unmarshal(line, config)); err != nil {
		return nil, err
	}
	certificate, err := tls.X509KeyPair([]byte(keys.Certificate), []byte(keys.Key))
	if err != nil {
		return nil, err
	}
	return tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12,
	})
}

func writer(out io.Writer) Say {
	var mu sync.Mutex
	encoder := json.NewEncoder(out)
	return func(m Message) error {
		mu.Lock()
		defer mu.Unlock()
		return encoder.Encode(m)
	}
}
