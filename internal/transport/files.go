package transport

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"time"
)

// WhenFree runs what opens a file or a connection, again and again while too many
// are open: those of other requests are closed soon.
func WhenFree(ctx context.Context, open func() error) error {
	const first, longest = 10 * time.Millisecond, 500 * time.Millisecond
	for wait := first; ; wait = min(2*wait, longest) {
		if err := open(); !IsExhausted(err) || !Sleep(ctx, wait) {
			return err
		}
	}
}

// IsExhausted reports whether the process or the machine has too many files open.
func IsExhausted(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) ||
		err != nil && strings.Contains(err.Error(), "too many open files") // of a lookup, there is only the text
}

// Sleep reports whether a wait came to its end before ctx did.
func Sleep(ctx context.Context, wait time.Duration) bool {
	select {
	case <-time.After(wait):
		return true
	case <-ctx.Done():
		return false
	}
}
