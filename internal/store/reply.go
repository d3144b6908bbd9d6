package store

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strconv"
	"strings"
)

// longestLine is how long a line may be that a server answers. That of an error is longest.
const longestLine = 64 << 10

// errReply says that an answer is none that a server of this store gives.
var errReply = errors.New("the answer cannot be that of the server")

// connect connects to a node. It ends with ctx.
func (a address) connect(ctx context.Context, network, node string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, node)
	switch {
	case err != nil:
		return nil, err
	case a.tls == nil:
		return &answers{Conn: conn}, nil
	}
	config := a.tls.Clone()
	config.ServerName, _, _ = net.SplitHostPort(node) // it was dialled
	secured := tls.Client(conn, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		_ = conn.Close() // the error says more
		return nil, err
	}
	return &answers{Conn: secured}, nil
}

// answers lets through what a server may answer: lines, and values of the size of an entry.
// The client allocates what a server announces, and ends the process if it cannot.
type answers struct {
	net.Conn

	line  []byte // a line of which a part has come
	value int    // how much of a value is yet to come, with the end of its line
}

// Read implements io.Reader.
func (a *answers) Read(p []byte) (int, error) {
	n, err := a.Conn.Read(p)
	for rest := p[:n]; len(rest) > 0; {
		if a.value > 0 {
			skipped := min(a.value, len(rest))
			a.value, rest = a.value-skipped, rest[skipped:]
			continue
		}
		line, after, isWhole := bytes.Cut(rest, []byte("\n"))
		a.line, rest = append(a.line, line...), after
		if len(a.line) > longestLine || isWhole && !a.isExpected() {
			return 0, errReply
		}
		if isWhole {
			a.line = a.line[:0]
		}
	}
	return n, err
}

// isExpected reports whether a line may begin an answer (RESP: a simple string, an error, an
// integer or a bulk string). No command of a store is answered with an array.
func (a *answers) isExpected() bool {
	line := bytes.TrimSuffix(a.line, []byte("\r"))
	if len(line) == 0 {
		return false
	}
	if line[0] != '$' {
		return strings.IndexByte("+-:", line[0]) >= 0
	}
	const end = 2
	size, err := strconv.Atoi(string(line[1:]))
	if err != nil || size > largest {
		return false
	}
	if size >= 0 {
		a.value = size + end
	}
	return true
}
