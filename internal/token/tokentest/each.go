package tokentest

import (
	"testing"
	"testing/synctest"
)

// Each checks each row of a table in a subtest of its own, beside the others.
func Each[T any](t *testing.T, rows map[string]T, check func(t *testing.T, row T)) {
	t.Helper()
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, row)
		})
	}
}

// EachInBubble is Each in bubbles of testing/synctest, where the clock is false.
func EachInBubble[T any](t *testing.T, rows map[string]T, check func(t *testing.T, row T)) {
	t.Helper()
	Each(t, rows, func(t *testing.T, row T) {
		synctest.Test(t, func(t *testing.T) { check(t, row) })
	})
}
