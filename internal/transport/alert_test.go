package transport

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"testing"
)

// An alert that answers a request is about the client certificate if a server has
// asked for that after a request, though nothing says that it was this one.
func TestAlertAfterRequest(t *testing.T) {
	t.Parallel()
	alerted := &net.OpError{Op: "remote error", Err: tls.AlertError(80)}
	for name, tc := range map[string]struct {
		askedLate, sent, want bool
		err                   error
	}{
		"after the request":  {true, true, true, alerted},
		"before the request": {true, false, false, alerted},
		"nobody has asked":   {false, true, false, alerted},
		"something else":     {true, true, false, io.EOF},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &sending{}
			s.headers.Store(tc.sent)
			if got := s.explained(tc.err, tc.askedLate); errors.Is(got, ErrCertificateAsked) != tc.want || !errors.Is(got, tc.err) {
				t.Errorf("error: %v", got)
			}
		})
	}
}
