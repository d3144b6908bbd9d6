package transport

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// While too many files are open, the next one waits.
func TestDialWhenFree(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err  error
		want int
	}{
		"the process":   {&net.OpError{Op: "dial", Err: os.NewSyscallError("socket", syscall.EMFILE)}, 4},
		"the machine":   {&net.OpError{Op: "dial", Err: os.NewSyscallError("socket", syscall.ENFILE)}, 4},
		"a lookup":      {&net.DNSError{Err: "dial udp: socket: too many open files", Name: "auth.example.com"}, 4},
		"another error": {&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				machine := Machine{}
				tried := 0
				machine.Dial = func(context.Context, string, string) (net.Conn, error) {
					tried++
					if tried < 4 {
						return nil, tc.err
					}
					return nil, errors.New("the end")
				}
				_, err := machine.dial(time.Minute)(t.Context(), "tcp", "auth.example.com:443")
				if err == nil || tried != tc.want {
					t.Errorf("tried %d times, error %v", tried, err)
				}
			})
		})
	}
}

// The wait ends with the time of the attempt.
func TestDialNeverFree(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		machine := Machine{}
		machine.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, syscall.EMFILE }
		start := time.Now()
		_, err := machine.dial(30*time.Second)(t.Context(), "tcp", "auth.example.com:443")
		if took := time.Since(start); !errors.Is(err, syscall.EMFILE) || took != 30*time.Second {
			t.Errorf("after %s: %v", took, err)
		}
	})
}
