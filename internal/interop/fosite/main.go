// Command fosite is an authorization server for tests: github.com/ory/fosite
// with HTTPS on loopback.
//
// The first line on stdin is its configuration as JSON. It prints a line of JSON
// when it is ready, and one for each request answered. It ends when stdin does,
// so that nothing of it outlives the test.
package main

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	input := bufio.NewReader(in)
	c, err := read(input)
	if err != nil {
		return err
	}
	certificate, err := tls.X509KeyPair([]byte(c.Certificate), []byte(c.Key))
	if err != nil {
		return err
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12,
	})
	if err != nil {
		return err
	}
	return serve(listener, c, input, out)
}

func read(input *bufio.Reader) (*configuration, error) {
	line, err := input.ReadBytes('\n')
	if err != nil {
		return nil, err
	}
	c := &configuration{}
	return c, json.Unmarshal(line, c)
}

func serve(listener net.Listener, c *configuration, input io.Reader, out io.Writer) error {
	var mu sync.Mutex
	encoder := json.NewEncoder(out)
	say := func(m message) error {
		mu.Lock()
		defer mu.Unlock()
		return encoder.Encode(m)
	}
	url := "https://" + listener.Addr().String()
	s, err := newServer(url, c, say)
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	web := &http.Server{Handler: s.handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() { failed <- web.Serve(listener) }()
	if err := say(message{Event: "ready", URL: url}); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, input)
		ended <- err
	}()
	select {
	case err := <-failed:
		return err
	case err := <-ended:
		return err
	}
}
