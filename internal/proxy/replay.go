package proxy

import (
	"errors"
	"io"
	"net/http"
	"sync"
)

// mostReplayed is the size in bytes up to which a body can be sent again: 1 MiB.
const mostReplayed = 1 << 20

// errNotWhole says that a body cannot be read again from its beginning.
var errNotWhole = errors.New("the body is too large to be sent again")

// replay is the body of a request, which can be read again as long as no more than
// mostReplayed bytes of it have been read. It reads no more than whoever reads it wants, so
// bodies without end pass, and so do those for which a client waits for 100 Continue.
type replay struct {
	reading sync.Mutex // held while from is read, which may take as long as the client does
	from    io.Reader
	ended   func() // is called when from has been read to its end

	mu     sync.Mutex // guards the fields below
	kept   []byte     // what has been read
	lost   bool       // more has been read than is kept
	err    error      // how the body ended; nil: it has not
	newest *reader
}

// newReplay returns the body of a request, and calls ended when it has been read to its end;
// nil: it has none.
func newReplay(req *http.Request, ended func()) *replay {
	if req.Body == nil || req.Body == http.NoBody {
		return nil
	}
	return &replay{from: req.Body, ended: ended, lost: req.ContentLength > mostReplayed}
}

// isWhole reports whether the body can be read from its beginning.
func (b *replay) isWhole() bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.lost
}

// failure returns why the client has not sent the whole body; nil: it has, or nobody has asked
// for it.
func (b *replay) failure() error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if errors.Is(b.err, io.EOF) {
		return nil
	}
	return b.err
}

// again returns a reader of the whole body, and closes the one before. It is
// http.Request.GetBody.
func (b *replay) again() (io.ReadCloser, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lost && b.newest != nil {
		return nil, errNotWhole
	}
	if b.newest != nil {
		b.newest.closed = true
	}
	b.newest = &reader{body: b}
	return b.newest, nil
}

// reader reads a body from its beginning.
type reader struct {
	body   *replay
	at     int  // how much of what is kept has been read
	closed bool // guarded by body.mu
}

// Read implements io.Reader.
func (r *reader) Read(into []byte) (int, error) {
	b := r.body
	b.reading.Lock()
	defer b.reading.Unlock()
	if n, err, isKnown := r.readKept(into); isKnown {
		return n, err
	}
	n, err := b.from.Read(into)
	if errors.Is(err, io.EOF) {
		b.ended()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.err = err
	switch {
	case b.lost:
	case len(b.kept)+n > mostReplayed && !r.closed:
		b.kept, b.lost = nil, true
	default:
		b.kept = append(b.kept, into[:n]...)
		r.at += n
	}
	if r.closed { // the next reader has what was read
		return 0, io.ErrClosedPipe
	}
	return n, err
}

// readKept reads what is kept, or how the body ended, and reports whether there was either.
func (r *reader) readKept(into []byte) (n int, err error, isKnown bool) { //nolint:revive // as Read
	b := r.body
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case r.closed:
		return 0, io.ErrClosedPipe, true
	case r.at < len(b.kept):
		n = copy(into, b.kept[r.at:])
		r.at += n
		return n, nil, true
	}
	return 0, b.err, b.err != nil
}

// Close implements io.Closer.
func (r *reader) Close() error {
	r.body.mu.Lock()
	defer r.body.mu.Unlock()
	r.closed = true
	return nil
}
