package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// route is a way to the API.
type route struct {
	name          string
	url           string
	authorization string // a header; the proxy wants its key there
	process       int    // what is between the client and the API; 0: nothing is
}

// load is what a route did in a turn.
type load struct {
	rate         float64 // requests a second
	median, late time.Duration
	cpu          time.Duration // of the route's process, for each request; 0: not known
}

// latePart is the part of the requests that took no longer than load.late.
const latePart = 0.99

// connection is one of a client that does next to nothing but wait, so that the processors are
// for what is measured: it sends the same bytes, and expects a response of the same length.
type connection struct {
	net.Conn
	request  []byte
	response []byte
}

// connect connects to a route, and sends one request, from whose response it learns the length.
func (r route) connect(ctx context.Context) (*connection, error) {
	conn, err := r.request(ctx, smallPath)
	if err != nil {
		return nil, err
	}
	c := &connection{Conn: conn, request: r.wire(smallPath)}
	if err := c.learn(); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return c, nil
}

// request connects to a route, and sends a request.
func (r route) request(ctx context.Context, path string) (net.Conn, error) {
	at, err := url.Parse(r.url)
	if err != nil {
		return nil, err
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", at.Host)
	if err != nil {
		return nil, err
	}
	const most = time.Minute // for all that is done with one connection
	err = conn.SetDeadline(time.Now().Add(most))
	if err == nil {
		_, err = conn.Write(r.wire(path))
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// wire returns a request as it is sent, with the headers that providers send.
func (r route) wire(path string) []byte {
	_, host, _ := strings.Cut(r.url, "//")
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: terraform-provider-example/1.2.3\r\nAccept: application/json\r\nAuthorization: %s\r\n\r\n",
		path, host, r.authorization)
}

// learn reads a response.
func (c *connection) learn() error {
	const most = 16 << 10
	buffer := make([]byte, most)
	for n := 0; n < most; {
		more, err := c.Read(buffer[n:])
		n += more
		if err != nil {
			return fmt.Errorf("%w after %q", err, buffer[:n])
		}
		if head, body, ok := bytes.Cut(buffer[:n], []byte("\r\n\r\n")); ok && len(body) == smallSize {
			c.response = buffer[:n]
			return checkStatus(head)
		}
	}
	return fmt.Errorf("the response has more than %d bytes", most)
}

func checkStatus(response []byte) error {
	if !bytes.HasPrefix(response, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("the response begins with %q", response[:min(len(response), latestLine)])
	}
	return nil
}

// latestLine is how much of an unexpected response an error has.
const latestLine = 80

// send sends a request, and reads its response.
func (c *connection) send() error {
	if _, err := c.Write(c.request); err != nil {
		return err
	}
	if _, err := io.ReadFull(c, c.response); err != nil {
		return err
	}
	return checkStatus(c.response)
}

// run sends requests on so many connections, on each one after the other, for a time.
func (r route) run(ctx context.Context, connections int, during time.Duration) (l load, err error) {
	all := make([]*connection, 0, connections)
	defer func() {
		for _, c := range all {
			_ = c.Close()
		}
	}()
	for range connections {
		c, err := r.connect(ctx)
		if err != nil {
			return load{}, fmt.Errorf("%s: %w", r.name, err)
		}
		all = append(all, c)
	}
	times, errs := make([][]time.Duration, connections), make([]error, connections)
	var senders sync.WaitGroup
	before, began := processorTime(r.process), time.Now()
	for i, c := range all {
		senders.Go(func() {
			for errs[i] == nil && (len(times[i]) == 0 || time.Since(began) < during) {
				sent := time.Now()
				errs[i] = c.send()
				times[i] = append(times[i], time.Since(sent))
			}
		})
	}
	senders.Wait()
	took, used := time.Since(began), processorTime(r.process)-before
	if err := errors.Join(errs...); err != nil {
		return load{}, fmt.Errorf("%s: %w", r.name, err)
	}
	sorted := slices.Sorted(slices.Values(slices.Concat(times...)))
	return load{
		rate: float64(len(sorted)) / took.Seconds(), median: median(sorted),
		late: sorted[int(latePart*float64(len(sorted)-1))], cpu: used / time.Duration(len(sorted)),
	}, nil
}

// stream opens so many responses without end, and returns what closes them.
func (r route) stream(ctx context.Context, count int) (end func(), err error) {
	var open []net.Conn
	end = func() {
		for _, conn := range open {
			_ = conn.Close()
		}
	}
	for range count {
		conn, err := r.request(ctx, streamPath)
		if err == nil {
			open = append(open, conn)
			err = awaitLine(conn)
		}
		if err != nil {
			end()
			return nil, fmt.Errorf("%s, stream %s: %w", r.name, strconv.Itoa(len(open)), err)
		}
	}
	return end, nil
}

// awaitLine reads until the first line of a stream is there.
func awaitLine(conn io.Reader) error {
	const most = 4 << 10
	buffer := make([]byte, most)
	for n := 0; n < most; {
		more, err := conn.Read(buffer[n:])
		n += more
		if err != nil {
			return err
		}
		if bytes.Contains(buffer[:n], []byte(streamLine)) {
			return checkStatus(buffer[:n])
		}
	}
	return errors.New("there is no line")
}
